package ricci.compiler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Control;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.TensorType;
import ricci.loop.Access;
import ricci.loop.Block;
import ricci.loop.Expression;
import ricci.loop.Expression.Binary;
import ricci.loop.Kernel;
import ricci.loop.KnownElements;
import ricci.loop.Place;
import ricci.loop.Renaming;
import ricci.loop.Size;
import ricci.loop.Statement;
import ricci.loop.Statement.Loop;
import ricci.loop.Storage;
import ricci.loop.Unroll;
import ricci.loop.Variable;

/**
 * A loop of a program whose steps are so small that calling their kernels takes longer than running them, as
 * one kernel: an ordered loop over the steps, and in it the loops of the body's kernels, one after the other.
 *
 * <p>What is carried lies in two rooms, one behind the other; a step reads one and writes the other. All
 * lengths of the body are constants, since the code is good for this body only.
 *
 * @param launch the kernel; its outermost loop is over the steps
 * @param carries what is to be in memory before the first step, and where it is after the last
 * @param holds the buffer into which a while loop's step writes whether there is another one; else negative
 */
record Weave(Launch launch, List<Carry> carries, int holds) {
    Weave {
        carries = List.copyOf(carries);
    }

    /** A step of more operations on elements is worth kernels of its own. */
    private static final long MOST_WORK = 1 << 14;
    /** More statements make a method that the JVM compiles slowly, or not at all. */
    private static final int MOST_STATEMENTS = 250;
    /** Shorter loops take their turns one by one. */
    private static final int LEAST_VECTOR = 8;

    /**
     * A carried tensor.
     *
     * @param first its operand
     * @param result the variable of the loop's result
     * @param buffer with the two rooms, that of even steps first; negative if no step changes it
     */
    record Carry(Atom first, Atom.Var result, int buffer, long bytes) {}

    /** The loop as one kernel; null if its steps are large or do more than run kernels. */
    static @Nullable Weave of(Equation e, List<Atom> operands, Nest nest) {
        List<Plan.Action> actions = nest.plans().stream().flatMap(p -> p.single().stream()).toList();
        long work = 0;
        long statements = 0;
        for (Plan.Action action : actions) {
            if (!(action instanceof Plan.Action.Run(var launch, _)) || hasParts(launch)) {
                return null;
            }
            work += launch.work();
            statements += size(launch.kernel().loop());
        }
        if (work > MOST_WORK || statements > MOST_STATEMENTS) {
            return null;
        }
        return switch (e.op()) {
            case Control.Scan scan -> new Weaving(e, operands, nest, scan.constants()).scan(scan, work);
            case Control.While loop -> new Weaving(e, operands, nest,
                    loop.conditionConstants() + loop.bodyConstants()).loop(loop, work);
            case Op _ -> null;
        };
    }

    /** Whether a kernel counts elements of a tensor by their parts. */
    private static boolean hasParts(Launch launch) {
        return launch.memory().stream().anyMatch(m -> m instanceof Launch.Memory.Of(var v)
                && v.type().dtype().isComplex());
    }

    private static long size(Statement statement) {
        return switch (statement) {
            case Statement.Let _, Statement.Store _ -> 1;
            case Loop loop -> 2 + loop.folds().size() + loop.body().stream().mapToLong(Weave::size).sum();
        };
    }

    /** Where a tensor begins: a buffer, and a place that moves with the steps. */
    private record Spot(int buffer, List<Place.Term> terms) {}

    /** A kernel that is being written. */
    private static final class Weaving {
        private final Equation equation;
        private final List<Atom> operands;
        private final Nest nest;
        private final Plan body;
        private final int firstCarry;

        private final List<Launch.Memory> memory = new ArrayList<>();
        private final List<Carry> carries = new ArrayList<>();
        private final Block outermost = Block.kernel();
        private final Variable.Counter step = outermost.counter();
        private final Block block = outermost.inner();
        private final Set<Variable> rooms = new HashSet<>();
        private final List<@Nullable Spot> before = new ArrayList<>();
        private final List<@Nullable Spot> after = new ArrayList<>();
        private boolean isPossible = true;

        Weaving(Equation equation, List<Atom> operands, Nest nest, int firstCarry) {
            this.equation = equation;
            this.operands = operands;
            this.nest = nest;
            this.body = nest.plans().getLast();
            this.firstCarry = firstCarry;
            carry();
        }

        private void carry() {
            Variable.Local even = local(new Binary(Binary.Function.AND,
                    new Expression.Index(new Place(Size.of(0), List.of(new Place.Term(Size.of(1), step)))),
                    Expression.Constant.of(1L)));
            Variable.Local odd = local(new Binary(Binary.Function.SUB, Expression.Constant.of(1L),
                    new Expression.Read(even)));
            rooms.addAll(List.of(even, odd));
            for (int i = 0; i < nest.spares().size(); i++) {
                TensorType type = body.results().get(i).type();
                Atom first = operands.get(firstCarry + i);
                int buffer = -1;
                if (Nest.isInvariant(equation.op(), body, i)) {
                    before.add(constant(first));
                    after.add(null);
                } else {
                    buffer = scratch(type, 2);
                    Size room = Size.of(type.shape().size());
                    before.add(new Spot(buffer, List.of(new Place.Term(room, even))));
                    after.add(new Spot(buffer, List.of(new Place.Term(room, odd))));
                }
                carries.add(new Carry(first, equation.results().get(i), buffer, Nest.bytes(type)));
            }
        }

        private Variable.Local local(Expression value) {
            return ((Expression.Read) block.let(value)).local();
        }

        private int scratch(TensorType type, int rooms) {
            memory.add(new Launch.Memory.Scratch(type.dtype(), rooms * type.shape().size(), false));
            return memory.size() - 1;
        }

        private Spot constant(Atom operand) {
            if (operand instanceof Atom.Var v) {
                return new Spot(buffer(v), List.of());
            }
            isPossible = false;
            return new Spot(0, List.of());
        }

        private int buffer(Atom.Var v) {
            Launch.Memory whole = new Launch.Memory.Of(v);
            if (!memory.contains(whole)) {
                memory.add(whole);
            }
            return memory.indexOf(whole);
        }

        @Nullable Weave scan(Control.Scan op, long work) {
            Variable place = step;
            if (op.reverse()) {
                place = local(new Expression.Index(new Place(new Size.Argument(0),
                        List.of(new Place.Term(Size.of(-1), step)))));
            }
            List<Spot> inputs = new ArrayList<>();
            for (int i = 0; i < op.constants(); i++) {
                inputs.add(constant(operands.get(i)));
            }
            inputs.addAll(nonNull(before));
            for (int i = op.constants() + op.carries(); i < operands.size(); i++) {
                inputs.add(slice(operands.get(i), body.inputs().get(i).type(), place));
            }
            List<@Nullable Spot> results = new ArrayList<>(after);
            for (int i = op.carries(); i < body.results().size(); i++) {
                results.add(slice(equation.results().get(i), body.results().get(i).type(), place));
            }
            write(body, inputs, results);
            return weave(op.length(), op.reverse() ? List.of(op.length() - 1) : List.of(), work, -1);
        }

        private Spot slice(Atom stacked, TensorType each, Variable place) {
            Spot all = constant(stacked);
            return new Spot(all.buffer(), List.of(new Place.Term(Size.of(each.shape().size()), place)));
        }

        /** A step ends with whether the condition holds of what it has made. */
        @Nullable Weave loop(Control.While op, long work) {
            List<Spot> constants = new ArrayList<>();
            for (int i = 0; i < firstCarry; i++) {
                constants.add(constant(operands.get(i)));
            }
            List<Spot> conditionConstants = constants.subList(0, op.conditionConstants());
            List<Spot> bodyConstants = constants.subList(op.conditionConstants(), firstCarry);
            int holds = scratch(nest.plans().getFirst().results().getFirst().type(), 1);
            write(body, Stream.concat(bodyConstants.stream(), nonNull(before).stream()).toList(), after);
            List<Spot> made = new ArrayList<>();
            for (int i = 0; i < before.size(); i++) {
                made.add(Objects.requireNonNull(after.get(i) == null ? before.get(i) : after.get(i)));
            }
            write(nest.plans().getFirst(), Stream.concat(conditionConstants.stream(), made.stream()).toList(),
                    List.of(new Spot(holds, List.of())));
            return weave(1, List.of(), work, holds);
        }

        private static List<Spot> nonNull(List<@Nullable Spot> spots) {
            return spots.stream().<Spot>map(Objects::requireNonNull).toList();
        }

        private @Nullable Weave weave(long turns, List<Long> sizes, long work, int holds) {
            if (!isPossible) {
                return null;
            }
            // The number of steps is no part of the code; the loop may be run in ranges of any number.
            List<Long> arguments = new ArrayList<>(sizes);
            arguments.add(turns);
            Loop loop = new Loop(step, new Size.Argument(arguments.size() - 1), Loop.Kind.ORDERED,
                    new KnownElements(block, rooms).of(new Unroll(block).of(block.statements())), List.of());
            String name = equation.op() instanceof Control.Scan ? "scan" : "while";
            Kernel kernel = new Kernel(name, memory.size(), arguments.size(), loop);
            return new Weave(new Launch(kernel, arguments, turns, memory, Math.max(work, 1)), carries, holds);
        }

        /** The loops of a plan, whose inputs are in these places and whose results go to those, if to any. */
        private void write(Plan plan, List<Spot> inputs, List<@Nullable Spot> results) {
            Map<Atom.Var, Spot> spots = new HashMap<>();
            for (int i = 0; i < inputs.size(); i++) {
                spots.put(plan.inputs().get(i), inputs.get(i));
            }
            List<Integer> copies = new ArrayList<>();
            for (int i = 0; i < results.size(); i++) {
                Spot result = results.get(i);
                if (result != null && plan.results().get(i) instanceof Atom.Var v && !spots.containsKey(v)) {
                    spots.put(v, result);
                } else if (result != null) {
                    copies.add(i);
                }
            }
            for (Plan.Action action : plan.single()) {
                if (action instanceof Plan.Action.Run(var launch, _)) {
                    block.add(loop(launch, spots));
                }
            }
            copies.forEach(i -> copy(plan.results().get(i), spots, Objects.requireNonNull(results.get(i))));
        }

        private Loop loop(Launch launch, Map<Atom.Var, Spot> spots) {
            List<Spot> places = launch.memory().stream().map(m -> switch (m) {
                case Launch.Memory.Of(var v) ->
                        spots.computeIfAbsent(v, w -> new Spot(scratch(w.type(), 1), List.of()));
                case Launch.Memory.Scratch(var dtype, var count, _) -> {
                    memory.add(new Launch.Memory.Scratch(dtype, count, false));
                    yield new Spot(memory.size() - 1, List.of());
                }
            }).toList();
            return new Renaming(block,
                    size -> Size.of(size.in(Launches.sizes(launch))),
                    access -> at(places.get(access.buffer()), access.storage(), access.place()),
                    Weaving::shortened).loop(launch.kernel().loop());
        }

        private static Access at(Spot spot, Storage storage, Place place) {
            return new Access(spot.buffer(), storage, new Place(place.offset(),
                    Stream.concat(spot.terms().stream(), place.terms().stream()).toList()));
        }

        /** Fewer elements than lanes are faster one by one. */
        private static Loop shortened(Loop loop) {
            boolean isShort = loop.isVector() && loop.extent().in(new long[0]) < LEAST_VECTOR;
            return !isShort ? loop
                    : new Loop(loop.counter(), loop.extent(), Loop.Kind.SERIAL, loop.body(), loop.folds());
        }

        private void copy(Atom from, Map<Atom.Var, Spot> spots, Spot to) {
            TensorType type = from.type();
            if (type.dtype().isComplex() || (from instanceof Atom.Literal && type.dtype().bytes() == 2)) {
                isPossible = false;
                return;
            }
            Storage storage = Storage.of(type.dtype());
            Variable.Counter element = block.counter();
            Place place = new Place(Size.of(0), List.of(new Place.Term(Size.of(1), element)));
            Expression value = switch (from) {
                case Atom.Literal(_, var number) -> Constants.of(type.dtype(), number);
                case Atom.Var v ->
                        new Expression.Load(at(Objects.requireNonNull(spots.get(v)), storage, place));
            };
            block.add(shortened(new Loop(element, Size.of(type.shape().size()), Loop.Kind.VECTOR,
                    List.of(new Statement.Store(at(to, storage, place), value)), List.of())));
        }
    }
}
