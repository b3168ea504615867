package ricci.runtime;

import org.jspecify.annotations.Nullable;

/** The blocks of a pool that wait to be used again, by their sizes. Not safe for several threads at once. */
final class IdleBlocks {
    private final @Nullable Block[] first = new Block[Sizes.CLASSES];

    /** The last that was added of a size; null if there is none. */
    @Nullable Block ofSize(int sizeClass) {
        return first[sizeClass];
    }

    /** One of the least size that is larger; null if there is none. */
    @Nullable Block larger(int sizeClass) {
        for (int larger = sizeClass + 1; larger < Sizes.CLASSES; larger++) {
            if (first[larger] != null) {
                return first[larger];
            }
        }
        return null;
    }

    void add(Block block) {
        Block after = first[block.sizeClass];
        block.isIdle = true;
        block.before = null;
        block.after = after;
        if (after != null) {
            after.before = block;
        }
        first[block.sizeClass] = block;
    }

    void remove(Block block) {
        block.isIdle = false;
        if (block.before == null) {
            first[block.sizeClass] = block.after;
        } else {
            block.before.after = block.after;
        }
        if (block.after != null) {
            block.after.before = block.before;
        }
        block.before = null;
        block.after = null;
    }
}
