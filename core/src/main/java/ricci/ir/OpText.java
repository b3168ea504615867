package ricci.ir;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The text of primitives in printed programs: a name and named parameters; both directions, side by side. */
public final class OpText {
    /** The names of primitives that are named by an enum constant, which every derivative asks for. */
    private static final Map<Enum<?>, String> NAMES = new HashMap<>();

    private static final Map<String, Enum<?>> BY_NAME = new HashMap<>();

    static {
        Stream.of(Op.Unary.Function.values(), Op.Binary.Function.values(), Op.Compare.Relation.values(),
                Op.ArgReduce.Extremum.values()).<Enum<?>>flatMap(Stream::of).forEach(constant -> {
                    NAMES.put(constant, spelled(constant));
                    BY_NAME.put(spelled(constant), constant);
                });
    }

    private OpText() {}

    /**
     * The primitive's name, such as {@code add}, {@code reduceSum} in errors and {@code reduce} in programs.
     */
    public static String name(Op op) {
        return switch (op) {
            case Op.Unary(var function) -> camel(function);
            case Op.IntegerPower _ -> "integerPower";
            case Op.IsFinite _ -> "isFinite";
            case Op.ReducePrecision _ -> "reducePrecision";
            case Op.Binary(var function) -> camel(function);
            case Op.Fma _ -> "fma";
            case Op.RegularizedIncompleteBeta _ -> "regularizedIncompleteBeta";
            case Op.Compare(var relation) -> camel(relation);
            case Op.Select _ -> "select";
            case Op.Convert _ -> "convert";
            case Op.Bitcast _ -> "bitcast";
            case Op.Iota _ -> "iota";
            case Op.Reshape _ -> "reshape";
            case Op.Transpose _ -> "transpose";
            case Op.Rearrange _ -> "rearrange";
            case Op.Broadcast _ -> "broadcast";
            case Op.Reduce _ -> "reduce";
            case Op.Cumulative _ -> "cumulative";
            case Op.ArgReduce(var extremum, _, _) -> camel(extremum);
            case Op.DotGeneral _ -> "dotGeneral";
            case Op.Slice _ -> "slice";
            case Op.Pad _ -> "pad";
            case Op.Concatenate _ -> "concatenate";
            case Op.Reverse _ -> "reverse";
            case Op.Sort _ -> "sort";
            case Op.Gather _ -> "gather";
            case Op.Scatter _ -> "scatter";
            case Op.Threefry _ -> "threefry";
            case Op.StopGradient _ -> "stopGradient";
            case Op.Call _ -> "call";
            case Collective collective -> CollectiveText.name(collective);
            case LinearAlgebra linear -> LinearAlgebraText.name(linear);
            case Complex.OfParts _ -> "complex";
            case Complex.Real _ -> "real";
            case Complex.Imag _ -> "imag";
            case Complex.Conj _ -> "conj";
            case Windows windows -> WindowsText.name(windows);
            case Control control -> ControlText.name(control);
            case Custom custom -> CustomText.name(custom);
            case Effect effect -> EffectText.name(effect);
        };
    }

    /** The parameters as printed, in braces; empty if there are none. */
    static String parameters(Op op) {
        Map<String, Object> parameters = values(op);
        return parameters.isEmpty() ? "" : parameters.entrySet().stream()
                .map(p -> p.getKey() + "=" + text(p.getValue()))
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private static String text(Object value) {
        return value instanceof EffectText.Quoted ? value.toString() : value.toString().replace(", ", ",");
    }

    /**
     * The parameters by name: lists of whole numbers, whole numbers, truths, words, types. The
     * programs inside are not among them.
     */
    private static Map<String, Object> values(Op op) {
        return switch (op) {
            case Op.Unary _, Op.IsFinite _, Op.Binary _, Op.Fma _, Op.RegularizedIncompleteBeta _,
                 Op.Compare _, Op.Select _, Op.Threefry _, Op.StopGradient _, Complex _ -> Map.of();
            case Op.IntegerPower(var exponent) -> Map.of("exponent", exponent);
            case Op.ReducePrecision(var exponentBits, var fractionBits) ->
                    ordered("exponentBits", exponentBits, "fractionBits", fractionBits);
            case Op.Convert(var dtype) -> Map.of("dtype", dtype);
            case Op.Bitcast(var dtype) -> Map.of("dtype", dtype);
            case Op.Iota(var type, var axis) -> ordered("type", type, "axis", axis);
            case Op.Reshape(var shape) -> Map.of("shape", shape);
            case Op.Transpose(var permutation) -> Map.of("permutation", permutation);
            case Op.Rearrange(var split, var permutation, var result) ->
                    ordered("split", split, "permutation", permutation, "result", result);
            case Op.Broadcast(var shape, var axes) -> ordered("shape", shape, "axes", axes);
            case Op.Reduce(var monoid, var axes) -> ordered("monoid", camel(monoid), "axes", axes);
            case Op.Cumulative(var function, var axis, var reverse) ->
                    ordered("function", camel(function), "axis", axis, "reverse", reverse);
            case Op.ArgReduce(_, var axis, var index) -> ordered("axis", axis, "index", index);
            case Op.DotGeneral(var c, var result) -> ordered("contract", c.leftContracted(), "with",
                    c.rightContracted(), "batch", c.leftBatch(), "withBatch", c.rightBatch(), "result",
                    result);
            case Op.Slice(var starts, var limits, var strides) ->
                    ordered("starts", starts, "limits", limits, "strides", strides);
            case Op.Pad(var low, var high, var interior) ->
                    ordered("low", low, "high", high, "interior", interior);
            case Op.Concatenate(var axis) -> Map.of("axis", axis);
            case Op.Reverse(var axes) -> Map.of("axes", axes);
            case Op.Sort(var axis, var keys) -> ordered("axis", axis, "keys", keys);
            case Op.Gather(var d, var window, var mode) -> {
                Map<String, Object> all = dimensions(d);
                all.put("window", window);
                all.put("outOfBounds", camel(mode));
                yield all;
            }
            case Op.Scatter(var d, var combiner, var mode) -> {
                Map<String, Object> all = dimensions(d);
                all.put("combiner", camel(combiner));
                all.put("outOfBounds", camel(mode));
                yield all;
            }
            case Op.Call(var name, _) -> Map.of("name", name);
            case Collective collective -> CollectiveText.values(collective);
            case LinearAlgebra linear -> LinearAlgebraText.values(linear);
            case Windows windows -> WindowsText.values(windows);
            case Control control -> ControlText.values(control);
            case Custom custom -> CustomText.values(custom);
            case Effect effect -> EffectText.values(effect);
        };
    }

    /**
     * The primitive of that name with those parameters and programs; null if there is none.
     */
    static @org.jspecify.annotations.Nullable Op read(String name, Parameters p) {
        return switch (BY_NAME.get(name)) {
            case Op.Unary.Function function -> new Op.Unary(function);
            case Op.Binary.Function function -> new Op.Binary(function);
            case Op.Compare.Relation relation -> new Op.Compare(relation);
            case Op.ArgReduce.Extremum extremum ->
                    new Op.ArgReduce(extremum, p.integer("axis"), p.dtype("index"));
            case null, default -> readShaped(name, p);
        };
    }

    private static @org.jspecify.annotations.Nullable Op readShaped(String name, Parameters p) {
        return switch (name) {
            case "integerPower" -> new Op.IntegerPower(p.integer("exponent"));
            case "isFinite" -> new Op.IsFinite();
            case "reducePrecision" -> new Op.ReducePrecision(
                    p.integer("exponentBits"), p.integer("fractionBits"));
            case "fma" -> new Op.Fma();
            case "regularizedIncompleteBeta" -> new Op.RegularizedIncompleteBeta();
            case "select" -> new Op.Select();
            case "convert" -> new Op.Convert(p.dtype("dtype"));
            case "bitcast" -> new Op.Bitcast(p.dtype("dtype"));
            case "iota" -> new Op.Iota(p.type("type"), p.integer("axis"));
            case "reshape" -> new Op.Reshape(p.shape("shape"));
            case "transpose" -> new Op.Transpose(p.integers("permutation"));
            case "rearrange" -> new Op.Rearrange(
                    p.shape("split"), p.integers("permutation"), p.shape("result"));
            case "broadcast" -> new Op.Broadcast(p.shape("shape"), p.integers("axes"));
            case "reduce" -> new Op.Reduce(p.word("monoid", Monoid.values()), p.integers("axes"));
            case "cumulative" -> new Op.Cumulative(
                    p.word("function", Op.Cumulative.Function.values()), p.integer("axis"),
                    p.truth("reverse"));
            case "dotGeneral" -> new Op.DotGeneral(
                    new Contraction(p.integers("batch"), p.integers("withBatch"),
                    p.integers("contract"), p.integers("with")), p.dtype("result"));
            case "slice" -> new Op.Slice(p.longs("starts"), p.longs("limits"), p.longs("strides"));
            case "pad" -> new Op.Pad(p.longs("low"), p.longs("high"), p.longs("interior"));
            case "concatenate" -> new Op.Concatenate(p.integer("axis"));
            case "reverse" -> new Op.Reverse(p.integers("axes"));
            case "sort" -> new Op.Sort(p.integer("axis"), p.integer("keys"));
            case "gather" -> new Op.Gather(readDimensions(p), p.shape("window"),
                    p.word("outOfBounds", Op.OutOfBounds.values()));
            case "scatter" -> new Op.Scatter(
                    readDimensions(p), p.word("combiner", Op.Scatter.Combiner.values()),
                    p.word("outOfBounds", Op.OutOfBounds.values()));
            case "threefry" -> new Op.Threefry();
            case "stopGradient" -> new Op.StopGradient();
            case "complex" -> new Complex.OfParts();
            case "real" -> new Complex.Real();
            case "imag" -> new Complex.Imag();
            case "conj" -> new Complex.Conj();
            case "call" -> new Op.Call(p.text("name"), p.programs(1).getFirst());
            default -> readFamily(name, p);
        };
    }

    private static @org.jspecify.annotations.Nullable Op readFamily(String name, Parameters p) {
        Op op = WindowsText.read(name, p);
        op = op != null ? op : LinearAlgebraText.read(name, p);
        op = op != null ? op : ControlText.read(name, p);
        op = op != null ? op : CustomText.read(name, p);
        op = op != null ? op : EffectText.read(name, p);
        return op != null ? op : CollectiveText.read(name, p);
    }

    private static Map<String, Object> dimensions(GatherDimensions d) {
        return ordered("offset", d.offset(), "collapsed", d.collapsed(), "operandBatch", d.operandBatch(),
                "indexBatch", d.indexBatch(), "indexed", d.indexed());
    }

    private static GatherDimensions readDimensions(Parameters p) {
        return new GatherDimensions(p.integers("offset"), p.integers("collapsed"), p.integers("operandBatch"),
                p.integers("indexBatch"), p.integers("indexed"));
    }

    /** An enum constant as it prints: {@code SHIFT_LEFT} as {@code shiftLeft}. */
    static String camel(Enum<?> constant) {
        String known = NAMES.get(constant);
        return known != null ? known : spelled(constant);
    }

    private static String spelled(Enum<?> constant) {
        StringBuilder text = new StringBuilder();
        for (String word : constant.name().split("_", -1)) {
            String lower = word.toLowerCase(Locale.ROOT);
            text.append(text.isEmpty() ? lower : lower.substring(0, 1).toUpperCase(Locale.ROOT)
                    + lower.substring(1));
        }
        return text.toString();
    }

    static Map<String, Object> ordered(Object... namesAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }

    /** The parameters that a parser has read, asked for by name and kind; a wrong kind is a syntax error. */
    interface Parameters {
        int integer(String name);

        long whole(String name);

        boolean truth(String name);

        List<Integer> integers(String name);

        List<Long> longs(String name);

        Shape shape(String name);

        DType dtype(String name);

        TensorType type(String name);

        <E extends Enum<E>> E word(String name, E[] choices);

        String text(String name);

        /** Text in quotes. */
        String quoted(String name);

        /** The programs that follow the parameters: so many of them, or any number if that is negative. */
        List<Program> programs(int count);

        List<String> words(String name);

        List<Sharding> shardings(String name);

        /** The error that the parameter is missing or of a wrong kind. */
        RicciException.Syntax wrong(String name);
    }
}
