package ricci.compiler;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import ricci.ir.Atom;
import ricci.jvm.Machine;
import ricci.loop.Expression;
import ricci.loop.Statement;
import ricci.loop.Statement.Loop;
import ricci.loop.Variable;

/**
 * The loops that copy an operand of a product to {@link Panels}: as it lies in memory, or as a
 * {@link Prologue} computes it from tensors that do.
 *
 * @param streams the operand itself, or what it is computed from
 * @param batch axes, with the strides of the operand, and of the panels at the source's side + 3
 * @param deep the steps of the sums that are packed
 */
record Packing(Panels.Source source, List<Stream> streams, List<Axis> batch, Gemm.Range deep, Atom.Var to) {
    /** So many lanes of operands far apart have place in the first cache, wherever they lie. */
    private static final int FEW_LANES = 8;

    /**
     * What is read.
     *
     * @param offset of the first element
     * @param lane from a lane to the next
     * @param step from a step of the sum to the next
     * @param batch along each batch axis
     */
    record Stream(Operand x, long offset, long lane, long step, List<Long> batch) {
        private long offset(long lanes, long steps) {
            return offset + lanes * lane + steps * step;
        }

        boolean isAcross() {
            return lane == 0 || lane == 1;
        }

        boolean isAlong() {
            return step == 0 || step == 1;
        }
    }

    static Packing of(Panels.Source source, List<Axis> batch, Gemm.Range deep, Atom.Var to) {
        Operand x = source.x();
        List<Long> strides = batch.stream().map(axis -> axis.stride(source.side())).toList();
        Stream whole = new Stream(x, x.offset(), source.lanes().stride(0), source.step(), strides);
        return new Packing(source, x.prologue() == null ? List.of(whole) : x.prologue().streams(whole), batch,
                deep, to);
    }

    /** Some panels of one width, which is part of the kernel if it is that of most. */
    Launch launch(long first, long at, long panels, long width, boolean isKnown) {
        Prologue prologue = source.x().prologue();
        LoopNest nest = new LoopNest(prologue == null ? "pack" : prologue.name());
        List<Variable.Counter> b = nest.serial(batch);
        Variable.Counter panel = nest.serial(panels);
        List<At> read = streams.stream().map(stream -> {
            At from = nest.at(stream.offset(first, deep.first()));
            for (int i = 0; i < b.size(); i++) {
                from = from.with(stream.batch().get(i), b.get(i));
            }
            return from.with(width * stream.lane(), panel);
        }).toList();
        At write = nest.at(at).along(batch, source.side() + 3, b).with(width * deep.count(), panel);
        int lanes = Blocking.lanes(Machine.here(), to.type().dtype().bytes());
        if (prologue != null) {
            if (streams.stream().allMatch(Stream::isAcross)) {
                acrossLanes(nest, read, write, width, isKnown);
            } else {
                inRows(nest, read, write, width, isKnown);
            }
        } else if (streams.getFirst().lane() == 1 && isKnown && width % lanes == 0) {
            acrossLanes(nest, read, write, width, true);
        } else {
            alongSteps(nest, read, write, width, isKnown);
        }
        return nest.launch(Math.max(source.least(), Axis.size(batch) * panels * width * deep.count()));
    }

    /** Lanes lie next to one another. */
    private void acrossLanes(LoopNest nest, List<At> read, At write, long width, boolean isKnown) {
        Variable.Counter lane = nest.open(width, isKnown, Loop.Kind.VECTOR);
        Variable.Counter k = nest.open(deep.count(), false, Loop.Kind.SHORT);
        nest.write(to, write.with(new At.Move(width, isKnown, k)).with(1, lane),
                element(nest, moved(read, k, lane)));
    }

    /** A few lanes at once, each of which is read along the steps. */
    private void alongSteps(LoopNest nest, List<At> read, At write, long width, boolean isKnown) {
        long few = few(width);
        Variable.Counter group = nest.serial(width / few);
        long lane = source.lanes().stride(0);
        List<At> from = LongStream.range(0, few).mapToObj(i -> nest.at(i * lane).with(few * lane, group))
                .toList();
        Variable.Counter k = nest.open(deep.count(), false, Loop.Kind.SHORT);
        At.Move step = new At.Move(source.step(), k);
        At to = write.with(few, group).with(new At.Move(width, isKnown, k));
        for (int i = 0; i < few; i++) {
            At at = from.get(i).with(read.getFirst().moves()).with(step);
            nest.write(this.to, to.shifted(i), element(nest, List.of(at)));
        }
    }

    /** A few lanes at once: what is computed of each, along the steps, is in a row first. */
    private void inRows(LoopNest nest, List<At> read, At write, long width, boolean isKnown) {
        long few = few(width);
        // Rows do not begin a power of two apart, where all were in the same few lines of the cache.
        long pitch = deep.count() + Blocking.lanes(Machine.here(), to.type().dtype().bytes());
        Launch.Memory.Scratch rows = new Launch.Memory.Scratch(to.type().dtype(), few * pitch, true);
        Variable.Counter group = nest.serial(width / few);
        List<At> from = IntStream.range(0, streams.size()).mapToObj(i ->
                read.get(i).with(few * streams.get(i).lane(), group)).toList();
        Variable.Counter row = nest.open(few, true, Loop.Kind.SERIAL);
        Variable.Counter along = nest.open(deep.count(), false, Loop.Kind.VECTOR);
        Expression computed = element(nest, moved(from, along, row));
        nest.block().add(new Statement.Store(nest.scratch(rows,
                At.known(0).with(pitch, row).with(1, along)), computed));
        nest.close(List.of());
        nest.close(List.of());
        Variable.Counter k = nest.open(deep.count(), false, Loop.Kind.SHORT);
        At to = write.with(few, group).with(new At.Move(width, isKnown, k));
        for (int i = 0; i < few; i++) {
            nest.write(this.to, to.shifted(i), nest.let(new Expression.Load(nest.scratch(rows,
                    At.of(i * pitch).with(1, k)))));
        }
    }

    /** The places of what is read, with loops over steps and lanes. */
    private List<At> moved(List<At> read, Variable step, Variable lane) {
        return IntStream.range(0, read.size()).mapToObj(i -> read.get(i).with(streams.get(i).step(), step)
                .with(streams.get(i).lane(), lane)).toList();
    }

    private Expression element(LoopNest nest, List<At> at) {
        Sums sums = new Sums(source.e(), nest);
        Prologue prologue = source.x().prologue();
        return prologue == null ? sums.element(source.x(), at.getFirst())
                : sums.element(source.x().dtype(), prologue.element(nest, at));
    }

    private static long few(long width) {
        return LongStream.rangeClosed(1, FEW_LANES).filter(n -> width % n == 0).max().orElse(1);
    }
}
