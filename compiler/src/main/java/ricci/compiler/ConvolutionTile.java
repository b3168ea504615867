package ricci.compiler;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import ricci.ir.Atom;
import ricci.ir.Equation;
import ricci.loop.Expression;
import ricci.loop.Expression.Read;
import ricci.loop.Statement;
import ricci.loop.Statement.Fold;
import ricci.loop.Statement.Loop;
import ricci.loop.Variable;

/**
 * The loops over tiles of the result of a convolution. A tile is a few places and a few vectors of output
 * features; all its sums are in registers, and at each step of the sums, each vector of the kernel meets the
 * element of the input of each place.
 *
 * @param cut which part of the sums
 * @param tap the first row of panels that counts
 * @param goesOn whether the sums go on from those in the result
 * @param group how far the input moves with each of {@code groups} groups
 * @param count how many places there are, without those that fill the last tile
 */
record ConvolutionTile(Equation e, Convolutions.Tensor x, Convolutions.Tensor y, KernelPanels panels,
        Rows rows, ImplicitGemm.Cut cut, long tap, boolean goesOn, long group, long groups, long count,
        ImplicitGemm.Places places) {
    /**
     * Rows of tiles.
     *
     * @param first in the table
     * @param blocks of rows that stay in a cache
     * @param each tiles in a block
     * @param width places of a tile
     * @param isOutermost whether threads share the blocks, and not the panels
     */
    record Rows(long first, long blocks, long each, int width, boolean isOutermost) {}

    /** The loops of all columns. */
    List<Launch> launches(Atom.Var table) {
        List<Launch> launches = new ArrayList<>();
        if (panels.whole() > 0) {
            launches.add(launch(table, 0, panels.whole(), panels.width()));
        }
        if (panels.rest() > 0) {
            launches.add(launch(table, panels.whole() * panels.width(), 1, panels.padded()));
        }
        return launches;
    }

    /** The loops around a tile. */
    private record Around(Variable.Counter block, Variable.Counter group, List<Variable.Counter> cuts,
            Variable.Counter panel, Variable.Counter tile) {}

    private Launch launch(Atom.Var table, long first, long count, long width) {
        LoopNest nest = new LoopNest("convolution by tiles of " + rows.width() + "x" + panels.width()
                + " in blocks of " + rows.each() * rows.width() + " places");
        Variable.Counter outer = turns(nest, rows.isOutermost() ? rows.blocks() : count, Loop.Kind.SERIAL);
        Variable.Counter of = turns(nest, groups, Loop.Kind.SERIAL);
        List<Variable.Counter> cuts = new ArrayList<>();
        cut.around().forEach(axis -> cuts.add(turns(nest, axis.length(), Loop.Kind.ORDERED)));
        Variable.Counter inner = turns(nest, rows.isOutermost() ? count : rows.blocks(), Loop.Kind.SERIAL);
        Around around = new Around(rows.isOutermost() ? outer : inner, of, cuts,
                rows.isOutermost() ? inner : outer, turns(nest, rows.each(), Loop.Kind.SERIAL));
        tile(nest, around, table, first, width);
        return nest.launch(this.count * groups * count * width * cut.around().stream()
                .mapToLong(Axis::length).reduce(1, (a, b) -> a * b) * Axis.size(cut.inside()));
    }

    /** Their number is an argument, even if it is 1, so that almost all convolutions run the same kernels. */
    private static Variable.Counter turns(LoopNest nest, long turns, Loop.Kind kind) {
        return nest.open(turns, false, kind);
    }

    private void tile(LoopNest nest, Around around, Atom.Var table, long first, long width) {
        Sums sums = new Sums(e, nest);
        boolean isPadded = first == panels.whole() * panels.width() && panels.rest() < panels.padded();
        boolean isWhole = width == panels.width() || isPadded;
        List<Variable.Local> from = new ArrayList<>();
        List<Variable.Local> to = new ArrayList<>();
        At second = entry(nest, around, places.count() + rows.first());
        locals(nest, around, table, second, from, to);
        At.Move groupOfInput = new At.Move(group, around.group());
        At.Move groupOfResult = new At.Move(panels.columns(), around.group());
        At.Move panel = new At.Move(width, isWhole, around.panel());
        List<At.Move> cutMoves = moves(cut.around(), 0, around.cuts());
        long skipped = cut.first() * cut.axis().stride(0);
        At w = nest.at(first * panels.depth() + (tap + cut.first() * cut.axis().stride(1)) * width)
                .with(panels.ofGroup(), around.group())
                .with(width * panels.depth(), around.panel());
        for (int i = 0; i < cut.around().size(); i++) {
            w = w.with(width * cut.around().get(i).stride(1), around.cuts().get(i));
        }
        At read = nest.at(skipped);
        At written = nest.at(first).with(groupOfResult).with(panel);
        Variable.Counter j = nest.open(width, isWhole, Loop.Kind.VECTOR);
        List<At> targets = to.stream().map(row -> written.with(1, row).with(1, j)).toList();
        List<Expression> before = IntStream.range(0, rows.width()).mapToObj(row ->
                goesOn ? nest.read(y.x(), targets.get(row)) : sums.zero()).toList();
        List<At> elements = from.stream().map(row -> read.with(1, row)
                .with(List.of(groupOfInput)).with(cutMoves)).toList();
        List<Variable.Local> totals = sums(nest, sums, elements, w.with(1, j), before, width, isWhole);
        List<Expression> results = totals.stream().map(total -> sums.result(new Read(total))).toList();
        ConvolutionEnd end = places.targets().end();
        if (end != null) {
            keep(nest, end, results, new Columns(first, width, isWhole, isPadded), around, table, j);
        } else if (isPadded) {
            writeSome(nest, results, table, second, written, width, j);
        } else {
            for (int row = 0; row < rows.width(); row++) {
                nest.write(y.base(), targets.get(row), results.get(row));
            }
            nest.close(List.of());
        }
    }

    /** Keeps what the tile came to in memory of its own, for what follows. */
    private void keep(LoopNest nest, ConvolutionEnd end, List<Expression> results, Columns columns,
            Around around, Atom.Var table, Variable.Counter j) {
        Launch.Memory.Scratch room = end.room(rows.width() * columns.width);
        for (int row = 0; row < rows.width(); row++) {
            end.keep(nest, room, At.known(0).with(1, j).shifted(row * columns.width), results.get(row));
        }
        nest.close(List.of());
        end(nest, around, table, columns, end, room);
    }

    /**
     * Writes the columns that the result has, by way of memory that the tile has for itself.
     *
     * @param second where the table says where rows begin
     */
    private void writeSome(LoopNest nest, List<Expression> results, Atom.Var table, At second, At written,
            long width, Variable.Counter j) {
        Launch.Memory.Scratch room = new Launch.Memory.Scratch(y.x().dtype(), rows.width() * width, true);
        for (int row = 0; row < rows.width(); row++) {
            nest.block().add(new Statement.Store(nest.scratch(room,
                    At.known(row * width).with(1, j)), results.get(row)));
        }
        nest.close(List.of());
        Variable.Counter column = nest.open(panels.rest(), false, Loop.Kind.VECTOR);
        Variable.Counter row = nest.open(rows.width(), true, Loop.Kind.SHORT);
        Expression total = nest.let(new Expression.Load(nest.scratch(room,
                At.known(0).with(new At.Move(width, true, row)).with(1, column))));
        Variable.Local line = nest.clamped(nest.read(Operand.whole(table), second.with(1, row)), lastRow());
        nest.write(y.base(), written.with(1, line).with(1, column), total);
        nest.close(List.of());
        nest.close(List.of());
    }

    /**
     * Those of a panel, from one on.
     *
     * @param isWhole whether their number is that of all such panels
     * @param isPadded whether the result lacks the last ones
     */
    private record Columns(long first, long width, boolean isWhole, boolean isPadded) {}

    /** Makes of the sums what follows: row by row of the tile, as the table says where these are. */
    private void end(LoopNest nest, Around around, Atom.Var table, Columns columns, ConvolutionEnd end,
            Launch.Memory.Scratch room) {
        Targets targets = places.targets();
        List<At> starts = new ArrayList<>();
        List<At> entries = new ArrayList<>();
        for (int i = 0; i < targets.count(); i++) {
            long step = targets.stride(i, Convolutions.FEATURES);
            entries.add(entry(nest, around, (1 + i) * places.count() + rows.first()));
            starts.add(nest.at(columns.first * step).with(panels.columns() * step, around.group())
                    .with(columns.width * step, around.panel()));
        }
        Variable.Counter row = nest.open(rows.width(), true, Loop.Kind.SERIAL);
        List<At> at = new ArrayList<>();
        for (int i = 0; i < targets.count(); i++) {
            long last = targets.base(i).type().shape().size() - 1
                    - (panels.columns() * groups - 1) * targets.stride(i, Convolutions.FEATURES);
            At entry = entries.get(i).with(new At.Move(1, true, row));
            at.add(starts.get(i).with(1, nest.clamped(nest.read(Operand.whole(table), entry), last)));
        }
        Variable.Counter j = nest.open(columns.isPadded ? panels.rest() : columns.width,
                columns.isWhole && !columns.isPadded, Loop.Kind.VECTOR);
        for (int i = 0; i < targets.count(); i++) {
            at.set(i, at.get(i).with(targets.stride(i, Convolutions.FEATURES), j));
        }
        end.write(nest, room, At.known(0).with(new At.Move(columns.width, columns.isWhole, row)).with(1, j),
                at.getFirst(), at.subList(1, at.size()));
        nest.close(List.of());
        nest.close(List.of());
    }

    private static List<At.Move> moves(List<Axis> axes, int side, List<Variable.Counter> counters) {
        List<At.Move> moves = new ArrayList<>();
        for (int i = 0; i < axes.size(); i++) {
            moves.add(new At.Move(axes.get(i).stride(side), counters.get(i)));
        }
        return moves;
    }

    /** Where each place of the tile begins, as the table says. */
    private void locals(LoopNest nest, Around around, Atom.Var table, At second,
            List<Variable.Local> from, List<Variable.Local> to) {
        Operand entries = Operand.whole(table);
        At first = entry(nest, around, rows.first());
        long reach = cut.first() * cut.axis().stride(0) + (groups - 1) * group;
        for (List<Axis> axes : List.of(cut.around(), cut.inside())) {
            reach += axes.stream().mapToLong(axis -> (axis.length() - 1) * axis.stride(0)).sum();
        }
        long input = x.base().type().shape().size() - 1 - reach;
        for (int row = 0; row < rows.width(); row++) {
            from.add(nest.clamped(nest.read(entries, first.shifted(row)), input));
            if (places.targets().end() == null) {
                to.add(nest.clamped(nest.read(entries, second.shifted(row)), lastRow()));
            }
        }
    }

    /** An entry of the table, that of the tile's first row. */
    private At entry(LoopNest nest, Around around, long first) {
        return nest.at(first).with(new At.Move(rows.each() * rows.width(), around.block()))
                .with(new At.Move(rows.width(), true, around.tile()));
    }

    /** Where the last row begins, with the vectors that are read to go on. */
    private long lastRow() {
        return y.base().type().shape().size() - panels.columns() * groups
                - (goesOn ? panels.padded() - panels.rest() : 0);
    }

    /** Loops over the axes of the sums, each of which goes on from where the one around it is. */
    private List<Variable.Local> sums(LoopNest nest, Sums sums, List<At> elements, At kernel,
            List<Expression> before, long width, boolean isWhole) {
        List<List<Variable.Local>> accumulators = new ArrayList<>();
        List<At.Move> down = new ArrayList<>();
        At w = kernel;
        for (Axis axis : cut.inside()) {
            accumulators.add(before.stream().map(_ -> sums.accumulator()).toList());
            Variable.Counter k = nest.open(axis.length(), false, Loop.Kind.SHORT);
            down.add(new At.Move(axis.stride(0), k));
            w = w.with(new At.Move(axis.stride(1) * width, axis.stride(1) == 1 && isWhole,
                    k));
        }
        // Both have the type of the sums already.
        Expression right = nest.let(nest.read(Operand.whole(panels.panels()), w));
        List<Expression> next = new ArrayList<>();
        for (int row = 0; row < elements.size(); row++) {
            Expression left = nest.let(nest.read(x.x(), elements.get(row).with(down)));
            next.add(sums.plus(new Read(accumulators.getLast().get(row)), left, right));
        }
        for (int level = accumulators.size() - 1; level >= 0; level--) {
            List<Fold> folds = new ArrayList<>();
            for (int row = 0; row < elements.size(); row++) {
                Expression first = level == 0 ? before.get(row)
                        : new Read(accumulators.get(level - 1).get(row));
                folds.add(new Fold(accumulators.get(level).get(row), first, next.get(row), null));
            }
            nest.close(folds);
            next = accumulators.get(level).stream().<Expression>map(Read::new).toList();
        }
        return accumulators.getFirst();
    }
}
