package ricci;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Effect;
import ricci.ir.Equation;
import ricci.ir.InferTypes;
import ricci.ir.NamedAxis;
import ricci.ir.Op;
import ricci.ir.OpText;
import ricci.ir.Program;
import ricci.ir.RicciException;
import ricci.ir.Source;
import ricci.ir.TensorType;
import ricci.ir.TypeChecker;
import ricci.runtime.Buffer;
import ricci.runtime.Eval;

/**
 * The recording of one call of a user's function as a program.
 *
 * <p>While it runs, every operation on tensors is recorded in the innermost trace, whatever its operands are.
 * A tensor from outside, an array or a tracer of an enclosing trace, becomes an extra input of the program: a
 * capture. So there are no levels of tracers, and derivatives of nested functions cannot be confused.
 *
 * <p>A trace whose inputs are bound to concrete tensors (grad outside jit) lets values be read: the equations
 * recorded so far are then evaluated.
 */
final class Trace {
    private static final ScopedValue<Trace> CURRENT = ScopedValue.newInstance();

    private final @Nullable Trace parent;
    private final String transformation;
    private final List<NamedAxis> axes;
    private final Builder builder = new Builder();
    private final List<Tensor> captures = new ArrayList<>();
    private final List<Atom.Var> captureInputs = new ArrayList<>();
    private final IdentityHashMap<Tensor, Atom.Var> captured = new IdentityHashMap<>();
    private final Map<Atom.Var, Tensor> bound = new HashMap<>();
    private final Map<Atom.Var, Buffer> values = new HashMap<>();
    private int evaluated;
    private boolean finished;

    private Trace(@Nullable Trace parent, String transformation, List<NamedAxis> axes) {
        this.parent = parent;
        this.transformation = transformation;
        this.axes = axes;
    }

    /**
     * What a trace gives.
     *
     * @param program inputs: the captures, then the tensors of the arguments
     * @param results the structure of what the function returned
     */
    record Traced(Program program, List<Tensor> captures, Structure results, List<String> resultPaths) {
        /** The program's inputs for these argument tensors. */
        List<Tensor> inputs(List<Tensor> arguments) {
            return captures.isEmpty() ? arguments
                    : Stream.concat(captures.stream(), arguments.stream()).toList();
        }

        /** A flag per input: false for the captures, then the given ones. */
        List<Boolean> active(List<Boolean> arguments) {
            return Stream.concat(captures.stream().map(_ -> false), arguments.stream()).toList();
        }
    }

    static @Nullable Trace current() {
        return CURRENT.isBound() ? CURRENT.get() : null;
    }

    /**
     * Traces {@code function} on tracers for the tensors of {@code arguments}.
     *
     * @param readable whether the function may read values
     */
    static Traced of(String transformation, Function<Object, @Nullable Object> function, Tree.Flat arguments,
            boolean readable) {
        return of(transformation, function, arguments.structure(),
                arguments.leaves().stream().map(Tensor::type).toList(),
                readable ? arguments.leaves() : List.of());
    }

    /**
     * Traces {@code function} on tracers of the given types.
     *
     * @param values the tensors that the tracers stand for, for the function to read; empty if it must not
     */
    static Traced of(String transformation, Function<Object, @Nullable Object> function, Structure arguments,
            List<TensorType> types, List<Tensor> values) {
        return of(transformation, List.of(), function, arguments, types, values);
    }

    /** As above; while {@code function} runs, the named axes are in scope. */
    static Traced of(String transformation, List<NamedAxis> axes,
            Function<Object, @Nullable Object> function, Structure arguments, List<TensorType> types,
            List<Tensor> values) {
        Trace trace = new Trace(current(), transformation, axes);
        Source source = Source.here();
        List<Atom.Var> inputs = new ArrayList<>(trace.builder.inputs(types));
        List<Tracer> tracers = inputs.stream().map(input -> new Tracer(trace, input, source)).toList();
        for (int i = 0; i < values.size(); i++) {
            trace.bound.put(inputs.get(i), values.get(i));
        }
        try {
            // Inside the trace all three: constructors and accessors of records may compute.
            Tree.Flat results = ScopedValue.where(CURRENT, trace).call(() -> Tree.flatten(
                    function.apply(Tree.unflatten(arguments, tracers))));
            List<Atom> atoms = results.leaves().stream().map(trace::atom).toList();
            inputs.addAll(0, trace.captureInputs);
            // Programs inside come from traces and transformations, which have checked them.
            Program program = TypeChecker.checkOutside("Trace", trace.builder.program(inputs, atoms));
            return new Traced(program, List.copyOf(trace.captures), results.structure(), results.paths());
        } catch (StackOverflowError e) {
            throw new RicciException.Depth("trace a function for " + transformation);
        } finally {
            trace.finished = true;
        }
    }

    /** The named axes in scope, the innermost first. */
    static List<NamedAxis> axesInScope() {
        List<NamedAxis> all = new ArrayList<>();
        for (Trace trace = current(); trace != null; trace = trace.parent) {
            all.addAll(trace.axes);
        }
        return all;
    }

    /** Applies a primitive: records it in the current trace, or runs it at once if there is none. */
    static List<Tensor> apply(Op op, List<Tensor> operands) {
        Elementwise.requirePresent(OpText.name(op), operands);
        Trace trace = current();
        if (trace == null) {
            return eager(op, operands);
        }
        List<Atom> atoms = operands.stream().map(trace::atom).toList();
        Source source = Source.here();
        return trace.builder.at(source).apply(op, atoms).stream()
                .<Tensor>map(v -> new Tracer(trace, v, source)).toList();
    }

    /** One of the most frequent things there are, so in loops. */
    private static List<Tensor> eager(Op op, List<Tensor> operands) {
        List<TensorType> types = new ArrayList<>(operands.size());
        List<Buffer> inputs = new ArrayList<>(operands.size());
        for (Tensor operand : operands) {
            types.add(operand.type());
            inputs.add(concrete(operand));
        }
        List<TensorType> results = InferTypes.of(op, types);
        List<Buffer> buffers = Executables.run(op, types, results, inputs);
        List<Tensor> arrays = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            arrays.add(new Array(results.get(i), buffers.get(i)));
        }
        return arrays;
    }

    /** Applies a program: records its equations in the current trace, or runs it at once if there is none. */
    static List<Tensor> inline(Program program, List<Tensor> inputs) {
        Trace trace = current();
        if (trace == null) {
            return arrays(program, Executables.run(program, inputs.stream().map(Trace::concrete).toList()));
        }
        Source source = Source.here();
        return trace.builder.at(source).inline(program, inputs.stream().map(trace::atom).toList()).stream()
                .<Tensor>map(atom -> new Tracer(trace, atom, source)).toList();
    }

    /** A program's result buffers as tensors. */
    static List<Tensor> arrays(Program program, List<Buffer> buffers) {
        List<Tensor> arrays = new ArrayList<>();
        for (int i = 0; i < buffers.size(); i++) {
            arrays.add(new Array(program.results().get(i).type(), buffers.get(i)));
        }
        return arrays;
    }

    /** The tensor with {@code value} everywhere; in a trace, a constant of the program. */
    static Tensor fill(TensorType type, Number value) {
        Arguments.given("fill a tensor", "the dtype", type.dtype());
        Trace trace = current();
        Atom.Literal literal = new Atom.Literal(type, value);
        return trace == null ? new Array(type, filled(literal)) : new Tracer(trace, literal, Source.here());
    }

    /** A tensor that has a type and nothing else, for functions to be traced with. */
    static Tensor placeholder(TensorType type) {
        Trace trace = new Trace(null, "placeholder", List.of());
        trace.finished = true;
        return new Tracer(trace, trace.builder.input(type), Source.here());
    }

    /** The values of a tensor outside all traces. */
    static Buffer concrete(Tensor tensor) {
        return switch (tensor) {
            case Array array -> array.buffer();
            case Tracer tracer -> throw leak(tracer);
        };
    }

    /** What a tensor is called in this trace's program. */
    private Atom atom(Tensor tensor) {
        return switch (tensor) {
            case Array array -> capture(array);
            case Tracer tracer when tracer.atom() instanceof Atom.Literal literal -> literal;
            case Tracer tracer when tracer.trace() == this -> tracer.atom();
            case Tracer tracer when isInside(tracer.trace()) -> capture(tracer);
            case Tracer tracer -> throw leak(tracer);
        };
    }

    private Atom capture(Tensor tensor) {
        return captured.computeIfAbsent(tensor, outside -> {
            Atom.Var input = builder.input(outside.type());
            captures.add(outside);
            captureInputs.add(input);
            bound.put(input, outside);
            return input;
        });
    }

    private boolean isInside(Trace other) {
        for (Trace trace = parent; trace != null; trace = trace.parent) {
            if (trace == other) {
                return !other.finished;
            }
        }
        return false;
    }

    private static RicciException leak(Tracer tracer) {
        String where = tracer.source().isKnown() ? ", made at " + tracer.source() : "";
        return new RicciException.Leak(
                "use a tensor outside the function that was traced", tracer.type() + where,
                "inside " + tracer.trace().transformation
                + " tensors stand for values that do not exist yet; they "
                + "have no meaning once the function has returned, nor in another thread",
                "return the tensor from the function instead of storing it in a field or a collection");
    }

    /** The values of a tracer of this trace, if they can be known. */
    Buffer read(Tracer tracer) {
        return switch (tracer.atom()) {
            case Atom.Literal literal -> filled(literal);
            case Atom.Var v -> {
                if (finished) {
                    throw leak(tracer);
                }
                for (List<Equation> all = builder.equations(); evaluated < all.size(); evaluated++) {
                    evaluate(all.get(evaluated), tracer);
                }
                yield value(v, tracer);
            }
        };
    }

    /** Without effects, which take place when the recorded program is run. */
    private void evaluate(Equation e, Tracer reader) {
        if (e.op() instanceof Effect) {
            return;
        }
        List<Buffer> operands = e.operands().stream().map(a -> value(a, reader)).toList();
        List<Buffer> results = Executables.run(Effect.without(e.op()),
                e.operands().stream().map(Atom::type).toList(),
                e.results().stream().map(Atom.Var::type).toList(), operands);
        for (int i = 0; i < results.size(); i++) {
            values.put(e.results().get(i), results.get(i));
        }
    }

    private Buffer value(Atom atom, Tracer reader) {
        return switch (atom) {
            case Atom.Literal literal -> filled(literal);
            case Atom.Var v -> {
                Buffer value = values.get(v);
                if (value != null) {
                    yield value;
                }
                Tensor outside = bound.get(v);
                if (outside == null) {
                    throw unknown(reader);
                }
                yield outside.buffer();
            }
        };
    }

    private RicciException unknown(Tracer reader) {
        String where = reader.source().isKnown() ? ", made at " + reader.source() : "";
        return new RicciException.Unknown("read the value of a traced tensor", reader.type() + where,
                "under " + transformation
                + " a function is recorded once, with types only; there are no values yet",
                "choose with where(condition, a, b) or cond, repeat with whileLoop or scan, or return the "
                + "tensor and read it outside " + transformation);
    }

    private static Buffer filled(Atom.Literal literal) {
        Program constant = new Program(List.of(), List.of(), List.of(literal));
        return Objects.requireNonNull(Eval.run(constant, List.of()).getFirst());
    }
}
