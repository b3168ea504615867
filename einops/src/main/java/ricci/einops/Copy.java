package ricci.einops;

import java.lang.foreign.MemorySegment;
import java.nio.Buffer;
import java.util.List;

/** Copies the elements that a nest of loops leads to. */
final class Copy {
    private Copy() {}

    static void run(Nest nest, Object from, Object to) {
        // Before a loop of no step there may be one of very many.
        if (nest.kept().stream().anyMatch(loop -> loop.length() == 0)) {
            return;
        }
        Object x = Storage.array(from);
        Object y = Storage.array(to);
        walk(nest.kept(), 0, x, nest.fromStart(), y, nest.toStart());
        if (!to.getClass().isArray()) {
            Elements written = to instanceof Buffer buffer ? Storage.elements(buffer) : (Elements) to;
            Elements read = (Elements) Storage.like(written, y);
            MemorySegment.copy(read.segment(), 0, written.segment(), 0, written.segment().byteSize());
        }
    }

    private static void walk(List<Nest.Loop> loops, int depth, Object x, long from, Object y, long to) {
        if (depth == loops.size()) {
            System.arraycopy(x, (int) from, y, (int) to, 1);
            return;
        }
        Nest.Loop loop = loops.get(depth);
        for (long i = 0; i < loop.length(); i++) {
            walk(loops, depth + 1, x, from + i * loop.from(), y, to + i * loop.to());
        }
    }
}
