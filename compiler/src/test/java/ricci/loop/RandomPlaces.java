package ricci.loop;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import ricci.loop.Place.Term;
import ricci.loop.Variable.Counter;
import ricci.loop.Variable.Local;

/** Sizes, buffers and the places in them of a random kernel. Buffers grow as they are accessed. */
final class RandomPlaces {
    private static final int MOST_SIZES = 16;

    /** A loop around. */
    record Around(Counter counter, Size extent, long turns, boolean isVector) {
        /** The last turn; of a loop that takes none, of one that does. */
        long last() {
            return Math.max(1, turns) - 1;
        }
    }

    /** A local that is at least 0 and at most {@code top}. */
    record Clamped(Local local, long top) {}

    private final Random random;
    private final List<Long> sizes = new ArrayList<>();
    private final List<Storage> storages = new ArrayList<>();
    private final List<Long> elements = new ArrayList<>();
    private final List<Boolean> written = new ArrayList<>();
    /** The loops around, the outermost first. */
    private final List<Around> loops = new ArrayList<>();

    RandomPlaces(Random random) {
        this.random = random;
    }

    long[] sizes() {
        return sizes.stream().mapToLong(Long::longValue).toArray();
    }

    List<RandomKernel.Buffer> buffers() {
        List<RandomKernel.Buffer> buffers = new ArrayList<>();
        for (int i = 0; i < storages.size(); i++) {
            buffers.add(new RandomKernel.Buffer(storages.get(i), elements.get(i)));
        }
        return List.copyOf(buffers);
    }

    void enter(Around loop) {
        loops.add(loop);
    }

    void leave() {
        loops.removeLast();
    }

    int depth() {
        return loops.size();
    }

    boolean isInVector() {
        return loops.stream().anyMatch(Around::isVector);
    }

    /** How often the body here is executed. */
    long turns() {
        return loops.stream().mapToLong(Around::last).map(last -> last + 1).reduce(1, (x, y) -> x * y);
    }

    Around innermost() {
        return loops.getLast();
    }

    /** A size of that value. */
    Size size(long value) {
        if (random.nextInt(3) == 0) {
            return new Size.Fixed(value);
        }
        int known = sizes.indexOf(value);
        if (known >= 0 && random.nextInt(4) > 0) {
            return new Size.Argument(known);
        }
        if (sizes.size() == MOST_SIZES) {
            return new Size.Fixed(value);
        }
        sizes.add(value);
        return new Size.Argument(sizes.size() - 1);
    }

    /** A place to read, and how far it reaches. */
    private record Reach(Place place, long last) {}

    /** Any place; {@code uniform} if it is the same in all lanes. */
    Place index(boolean uniform) {
        return reach(uniform, null, random.nextInt(9) - 4).place();
    }

    /** An element of a buffer that is not written. */
    Access read(Storage storage, boolean uniform, @Nullable Clamped factor) {
        Reach reach = reach(uniform, factor, random.nextInt(3));
        List<Integer> known = LongStream.range(0, storages.size()).mapToInt(i -> (int) i)
                .filter(i -> storages.get(i) == storage && !written.get(i)).boxed().toList();
        int buffer = known.isEmpty() || random.nextInt(3) == 0 ? buffer(storage, 0, false)
                : known.get(random.nextInt(known.size()));
        elements.set(buffer, Math.max(elements.get(buffer), reach.last() + 1));
        return new Access(buffer, storage, reach.place());
    }

    /** An element of a new buffer, another one in each turn of all loops around. */
    Access write(Storage storage) {
        List<Around> order = new ArrayList<>(loops);
        Collections.shuffle(order, random);
        // What vectors are for: lanes beside each other.
        if (random.nextInt(3) > 0) {
            order.sort((a, b) -> Boolean.compare(b.isVector(), a.isVector()));
        }
        List<Term> terms = new ArrayList<>();
        long first = random.nextInt(3);
        long length = 1;
        long least = 0;
        for (Around loop : order) {
            long stride = length + (random.nextInt(3) == 0 ? random.nextInt(3) : 0);
            length = stride * loop.last() + length;
            boolean isBackward = random.nextInt(5) == 0;
            least += isBackward ? stride * loop.last() : 0;
            terms.add(new Term(size(isBackward ? -stride : stride), loop.counter()));
        }
        Collections.shuffle(terms, random);
        int buffer = buffer(storage, first + length + random.nextInt(2), true);
        return new Access(buffer, storage, new Place(size(first + least), terms));
    }

    private int buffer(Storage storage, long length, boolean isWritten) {
        storages.add(storage);
        elements.add(length);
        written.add(isWritten);
        return storages.size() - 1;
    }

    private Reach reach(boolean uniform, @Nullable Clamped factor, long first) {
        List<Around> order = new ArrayList<>(loops);
        Collections.shuffle(order, random);
        List<Term> terms = new ArrayList<>();
        long least = 0;
        long most = 0;
        for (Around loop : order) {
            if (random.nextInt(4) == 0 || (uniform && loop.isVector())) {
                continue;
            }
            long stride = stride(most - least + 1);
            least += Math.min(0, stride * loop.last());
            most += Math.max(0, stride * loop.last());
            terms.add(new Term(size(stride), loop.counter()));
        }
        if (factor != null) {
            long stride = stride(most - least + 1);
            least += Math.min(0, stride * factor.top());
            most += Math.max(0, stride * factor.top());
            terms.add(new Term(size(stride), factor.local()));
        }
        Collections.shuffle(terms, random);
        return new Reach(new Place(size(first - least), terms), first + most - least);
    }

    private long stride(long row) {
        return switch (random.nextInt(8)) {
            case 0, 1, 2, 3 -> 1;
            case 4 -> row;
            case 5 -> 0;
            case 6 -> 2 + random.nextInt(2);
            default -> -1 - random.nextInt(2);
        };
    }
}
