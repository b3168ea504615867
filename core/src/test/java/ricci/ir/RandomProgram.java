package ricci.ir;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Well-typed programs over all primitives, drawn by a seed. With fewer equations, the same seed gives the
 * beginning of the same program, so a failing one shrinks.
 *
 * <p>A smooth program has f64 inputs and results, finite almost everywhere and with derivatives almost
 * everywhere: its derivatives can be compared with finite differences.
 */
public final class RandomProgram {
    private static final List<Op.Unary.Function> BOUNDED_ONLY =
            List.of(Op.Unary.Function.ASIN, Op.Unary.Function.ACOS,
            Op.Unary.Function.ERF_INV, Op.Unary.Function.TAN, Op.Unary.Function.EXP, Op.Unary.Function.EXPM1,
            Op.Unary.Function.SINH, Op.Unary.Function.COSH);
    private static final List<Op.Unary.Function> POSITIVE_ONLY = List.of(Op.Unary.Function.LOG,
            Op.Unary.Function.LOG1P, Op.Unary.Function.SQRT, Op.Unary.Function.RSQRT, Op.Unary.Function.CBRT);

    private final Random random;
    private final boolean smooth;
    private final Builder b = new Builder();
    private final List<Atom> pool = new ArrayList<>();

    private RandomProgram(long seed, boolean smooth) {
        random = new Random(seed);
        this.smooth = smooth;
    }

    /** A program over all dtypes, with about that many equations and up to four results. */
    public static Program any(long seed, int equations) {
        return new RandomProgram(seed, false).program(1 + Math.floorMod(seed, 3), equations, 3);
    }

    /** A smooth program, with at least that many equations and up to three results. */
    public static Program smooth(long seed, int equations) {
        return new RandomProgram(seed, true).program(1 + Math.floorMod(seed, 3), equations, 2);
    }

    private Program program(int inputs, int equations, int calls) {
        List<Atom.Var> variables = new ArrayList<>();
        for (int i = 0; i < inputs; i++) {
            variables.add(b.input(new TensorType(dtype(), shape())));
        }
        pool.addAll(variables);
        for (int i = 0; i < equations; i++) {
            step(calls);
        }
        int results = 1 + random.nextInt(smooth ? 2 : 3);
        // The newest value depends on most of the others.
        List<Atom> chosen = new ArrayList<>(List.of(pool.getLast()));
        for (int i = 1; i < results; i++) {
            chosen.add(any());
        }
        return b.build("RandomProgram", variables, chosen);
    }

    /** A program of the given types, with few equations; a smooth one's results are bounded. */
    static Program body(long seed, boolean smooth, List<TensorType> inputs, List<TensorType> results,
            int calls) {
        RandomProgram inner = new RandomProgram(seed, smooth);
        Builder b = inner.b;
        List<Atom.Var> variables = b.inputs(inputs);
        inner.pool.addAll(variables);
        inner.pool.add(b.fill(TensorType.of(inner.dtype(), 2), 1));
        for (int i = 0; i < 3; i++) {
            inner.step(calls);
        }
        List<Atom> made = new ArrayList<>();
        for (TensorType type : results) {
            Atom value = inner.fit(made.isEmpty() ? inner.pool.getLast() : inner.any(), type);
            made.add(smooth ? b.unary(Op.Unary.Function.TANH, value) : value);
        }
        return b.build("RandomProgram", variables, made);
    }

    private void step(int calls) {
        List<Atom> made = switch (random.nextInt(35)) {
            case 0, 1 -> List.of(unary());
            case 2, 3 -> List.of(binary());
            case 4 -> List.of(select());
            case 5 -> List.of(convert());
            case 6 -> List.of(reshape());
            case 7 -> List.of(transpose());
            case 8 -> List.of(broadcast());
            case 9 -> List.of(reduce());
            case 10 -> List.of(argReduce());
            case 11 -> List.of(dotGeneral());
            case 12 -> List.of(slice());
            case 13 -> List.of(pad());
            case 14 -> List.of(concatenate());
            case 15 -> List.of(b.apply(new Op.Reverse(axes(at(1))), last()));
            case 16 -> sort();
            case 17, 18 -> List.of(gather());
            case 19 -> List.of(scatter());
            case 20 -> List.of(smooth ? binary() : b.apply(new Op.StopGradient(), any()));
            case 21 -> List.of(rearrange());
            case 22 -> List.of(cumulative());
            case 32, 33 -> List.of(complex());
            case 23 -> smooth ? List.of(unary()) : bits();
            case 24 -> matrices();
            case 25, 26 -> calls == 0 ? List.of(binary())
                    : new RandomControl(this, random, smooth, b, calls).any();
            case 27, 28, 29, 30, 31 -> new RandomWindows(this, random, b, smooth).draw();
            default -> calls == 0 ? List.of(unary()) : List.of(
                    random.nextInt(3) == 0 ? call(calls) : custom(calls));
        };
        // Drawn by what there is, so that programs are otherwise the same.
        if (pool.size() % 11 == 3) {
            check(made.getLast());
        }
        // Of nothing there is nothing to differentiate.
        pool.addAll(smooth ? made.stream().filter(a -> a.type().dtype() == DType.F64
                && a.type().shape().size() > 0).toList() : made);
    }

    /** A check that holds whatever the operand is. */
    private void check(Atom x) {
        Atom isSame = b.compare(Op.Compare.Relation.EQ, x, x);
        Atom holds = b.binary(Op.Binary.Function.OR, isSame, b.unary(Op.Unary.Function.NOT, isSame));
        b.apply(new Effect.Check("all is well", 0), List.of(holds));
    }

    // ---- drawing operands ----

    private Atom picked = new Atom.Literal(TensorType.of(DType.F64), 0);

    private <E> E one(E[] choices) {
        return choices[random.nextInt(choices.length)];
    }

    DType dtype() {
        return smooth ? DType.F64 : one(DType.values());
    }

    private Shape shape() {
        long[] lengths = new long[random.nextInt(4)];
        Arrays.setAll(lengths, _ -> smooth || random.nextInt(12) > 0 ? 1 + random.nextInt(3) : 0);
        return Shape.of(lengths);
    }

    Atom any() {
        picked = pool.get(random.nextInt(pool.size()));
        return picked;
    }

    /** The value drawn last. */
    private Atom last() {
        return picked;
    }

    /** A value of at least that rank. */
    Atom at(int rank) {
        Atom x = any();
        while (x.type().rank() < rank) {
            long[] longer = Arrays.copyOf(x.type().shape().toArray(), x.type().rank() + 1);
            longer[longer.length - 1] = 1;
            x = b.reshape(x, Shape.of(longer));
        }
        picked = x;
        return x;
    }

    private int axis(Atom x) {
        return random.nextInt(x.type().rank());
    }

    /** Some axes of x, in any order. */
    private List<Integer> axes(Atom x) {
        List<Integer> all = permutation(x.type().rank());
        return all.subList(0, random.nextInt(all.size() + 1));
    }

    List<Integer> permutation(int rank) {
        List<Integer> all = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
        Collections.shuffle(all, random);
        return all;
    }

    /** A value made from {@code x} that has the given type. */
    Atom fit(Atom x, TensorType type) {
        Atom y = b.convert(x, type.dtype());
        if (y.type().shape().size() == type.shape().size()) {
            return b.reshape(y, type.shape());
        }
        if (y.type().dtype() == DType.BOOL) {
            return b.fill(type, random.nextInt(2));
        }
        return b.broadcast(b.reduce(Monoid.SUM, y, IntStream.range(0, y.type().rank()).boxed().toList()),
                type.shape(), List.of());
    }

    Atom like(TensorType type) {
        return random.nextInt(5) == 0 ? b.fill(type, 1) : fit(any(), type);
    }

    boolean accepted(Op op, TensorType... operands) {
        try {
            InferTypes.of(op, List.of(operands));
            return true;
        } catch (RicciException.DataType e) {
            return false;
        }
    }

    // ---- one method per primitive ----

    private Atom unary() {
        Atom x = any();
        Op.Unary op;
        do {
            op = new Op.Unary(one(Op.Unary.Function.values()));
        } while (!accepted(op, x.type()));
        return b.apply(op, smooth ? inDomain(op.function(), x) : x);
    }

    private Atom inDomain(Op.Unary.Function f, Atom x) {
        if (POSITIVE_ONLY.contains(f)) {
            return b.add(b.mul(x, x), b.fill(x.type(), 0.5));
        }
        return BOUNDED_ONLY.contains(f) ? b.mul(b.unary(Op.Unary.Function.TANH, x), 0.8) : x;
    }

    private Atom binary() {
        Atom x = any();
        Op.Binary op;
        do {
            op = new Op.Binary(one(Op.Binary.Function.values()));
        } while (!accepted(op, x.type(), x.type()));
        Atom y = like(x.type());
        if (!smooth) {
            return b.apply(op, x, y);
        }
        Atom positive = b.add(b.mul(y, y), b.fill(y.type(), 0.5));
        return switch (op.function()) {
            case DIV, REM, ATAN2 -> b.apply(op, x, positive);
            case POW -> b.apply(op, positive, b.unary(Op.Unary.Function.TANH, x));
            case MUL -> b.apply(op, x, b.unary(Op.Unary.Function.TANH, y));
            case ADD, SUB, MAX, MIN, AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT_LOGICAL, SHIFT_RIGHT_ARITHMETIC ->
                    b.apply(op, x, y);
        };
    }

    private Atom predicate(TensorType type) {
        Atom x = like(type);
        Op.Compare.Relation relation = type.dtype().isComplex()
                ? random.nextBoolean() ? Op.Compare.Relation.EQ : Op.Compare.Relation.NE
                : one(Op.Compare.Relation.values());
        Atom y = like(type);
        // Two sums of the same numbers may differ by rounding alone; which is greater would not be smooth.
        return b.compare(relation, x, smooth ? b.add(y, b.fill(type, 0.0123)) : y);
    }

    private Atom select() {
        Atom x = any();
        Atom p = predicate(x.type());
        pool.add(p);
        Atom y = b.select(p, x, like(x.type()));
        if (smooth) {
            pool.remove(p);
        }
        return y;
    }

    private Atom convert() {
        if (smooth) {
            // There and back through fewer bits would not be smooth, but f64 is a type like the others.
            return b.apply(new Op.Convert(DType.F64), any());
        }
        Atom x = any();
        DType dtype = dtype();
        boolean sameWidth = dtype.bytes() == x.type().dtype().bytes();
        boolean hasBits = sameWidth && !dtype.isComplex() && !x.type().dtype().isComplex();
        return b.apply(hasBits && dtype != DType.BOOL && random.nextBoolean() ? new Op.Bitcast(dtype)
                : new Op.Convert(dtype), x);
    }

    private Atom reshape() {
        Atom x = any();
        List<Long> lengths = new ArrayList<>(Arrays.stream(x.type().shape().toArray()).boxed().toList());
        Collections.shuffle(lengths, random);
        lengths.add(random.nextInt(lengths.size() + 1), 1L);
        return b.apply(new Op.Reshape(Shape.of(lengths.stream().mapToLong(v -> v).toArray())), x);
    }

    private Atom transpose() {
        Atom x = any();
        return b.apply(new Op.Transpose(permutation(x.type().rank())), x);
    }

    private Atom rearrange() {
        Atom x = any();
        List<Long> split = new ArrayList<>();
        for (long length : x.type().shape().toArray()) {
            long outer = 1 + random.nextLong(3);
            boolean divides = length % outer == 0;
            split.addAll(divides ? List.of(outer, length / outer) : List.of(length));
        }
        List<Integer> permutation = permutation(split.size());
        int merged = random.nextInt(split.size() + 1);
        long[] lengths = permutation.stream().mapToLong(split::get).toArray();
        long[] result = Arrays.copyOf(lengths, merged + 1);
        result[merged] = Arrays.stream(lengths, merged, lengths.length).reduce(1, (i, j) -> i * j);
        Shape shape = Shape.of(split.stream().mapToLong(v -> v).toArray());
        return b.apply(new Op.Rearrange(shape, permutation, Shape.of(result)), x);
    }

    private Atom cumulative() {
        Atom x = at(1);
        if (x.type().dtype() == DType.BOOL) {
            return x;
        }
        Op.Cumulative op;
        do {
            op = new Op.Cumulative(one(Op.Cumulative.Function.values()), axis(x), random.nextBoolean());
        } while (!accepted(op, x.type()));
        boolean grows = smooth && op.function() == Op.Cumulative.Function.PROD;
        return b.apply(op, grows ? b.unary(Op.Unary.Function.TANH, x) : x);
    }

    private Atom broadcast() {
        Atom x = any();
        List<Long> lengths = new ArrayList<>();
        List<Integer> axes = new ArrayList<>();
        for (long length : x.type().shape().toArray()) {
            if (random.nextInt(4) == 0 && lengths.size() < 4) {
                lengths.add(2L);
            }
            axes.add(lengths.size());
            lengths.add(length == 1 && random.nextBoolean() ? 3 : length);
        }
        return b.apply(new Op.Broadcast(Shape.of(lengths.stream().mapToLong(v -> v).toArray()), axes), x);
    }

    private Atom reduce() {
        Atom x = any();
        Op.Reduce op;
        do {
            op = new Op.Reduce(one(Monoid.values()), axes(x));
        } while (!accepted(op, x.type()));
        boolean grows = smooth && op.monoid() == Monoid.PROD;
        return b.apply(op, grows ? b.unary(Op.Unary.Function.TANH, x) : x);
    }

    private Atom argReduce() {
        Atom x = at(1);
        int axis = axis(x);
        if (x.type().shape().length(axis) == 0 || x.type().dtype() == DType.BOOL
                || x.type().dtype().isComplex()) {
            return x;
        }
        Op op = new Op.ArgReduce(random.nextBoolean() ? Op.ArgReduce.Extremum.ARGMAX
                : Op.ArgReduce.Extremum.ARGMIN,
                axis, random.nextBoolean() ? DType.I32 : DType.I64);
        Atom index = b.apply(op, x);
        return smooth ? b.mul(b.convert(index, DType.F64), like(index.type().with(DType.F64))) : index;
    }

    private Atom dotGeneral() {
        Atom x = any();
        Atom y = any();
        if (x.type().dtype() == DType.BOOL) {
            return x;
        }
        y = b.convert(y, x.type().dtype());
        List<Integer> left = new ArrayList<>();
        List<Integer> right = new ArrayList<>();
        for (int i : permutation(x.type().rank())) {
            for (int j : permutation(y.type().rank())) {
                if (!left.contains(i) && !right.contains(j) && random.nextBoolean()
                        && x.type().shape().length(i) == y.type().shape().length(j)) {
                    left.add(i);
                    right.add(j);
                }
            }
        }
        int batch = random.nextInt(left.size() + 1);
        Contraction c = new Contraction(left.subList(0, batch), right.subList(0, batch),
                left.subList(batch, left.size()), right.subList(batch, right.size()));
        Atom bounded = smooth ? b.unary(Op.Unary.Function.TANH, y) : y;
        return small(b.apply(new Op.DotGeneral(c, x.type().dtype()), x, bounded));
    }

    /** Keeps programs from growing without end. */
    Atom small(Atom x) {
        if ((x.type().shape().size() <= 200 && x.type().rank() <= 5) || x.type().dtype() == DType.BOOL) {
            return x;
        }
        return b.reduce(Monoid.SUM, x, IntStream.range(1, x.type().rank()).boxed().toList());
    }

    private Atom slice() {
        Atom x = any();
        List<Long> starts = new ArrayList<>();
        List<Long> limits = new ArrayList<>();
        List<Long> strides = new ArrayList<>();
        for (long length : x.type().shape().toArray()) {
            long start = random.nextLong(smooth ? length : length + 1);
            starts.add(start);
            limits.add(start + (smooth ? 1 + random.nextLong(length - start)
                    : random.nextLong(length - start + 1)));
            strides.add(1 + random.nextLong(3));
        }
        return b.apply(new Op.Slice(starts, limits, strides), x);
    }

    private Atom pad() {
        Atom x = any();
        List<Long> low = new ArrayList<>();
        List<Long> high = new ArrayList<>();
        List<Long> interior = new ArrayList<>();
        for (long length : x.type().shape().toArray()) {
            low.add(length > 1 ? random.nextLong(4) - 1 : random.nextLong(2));
            high.add(length > 2 ? random.nextLong(4) - 1 : random.nextLong(2));
            interior.add(random.nextLong(3));
        }
        return small(b.apply(new Op.Pad(low, high, interior), x, like(x.type().with(Shape.SCALAR))));
    }

    private Atom concatenate() {
        Atom x = at(1);
        int axis = axis(x);
        Atom y = like(x.type().with(x.type().shape().with(axis, 1 + random.nextInt(2))));
        return small(random.nextBoolean() ? b.apply(new Op.Concatenate(axis), x, y)
                : b.apply(new Op.Concatenate(axis), x, y, x));
    }

    private List<Atom> sort() {
        Atom x = at(1);
        Op sort = new Op.Sort(axis(x), 1 + random.nextInt(2));
        return List.copyOf(b.apply(sort, List.of(x, like(x.type()))));
    }

    private Atom call(int calls) {
        Program body = new RandomProgram(random.nextLong(), smooth)
                .program(1 + random.nextInt(2), 3, calls - 1);
        List<Atom> arguments = body.inputTypes().stream().map(type -> fit(any(), type)).toList();
        List<Atom.Var> results = b.apply(new Op.Call("body", body), arguments);
        return small(results.getFirst());
    }

    // ---- complex numbers ----

    /** The real part of a complex number; other values as they are. */
    Atom real(Atom x) {
        return x.type().dtype().isComplex() ? b.apply(new Complex.Real(), x) : x;
    }

    /** In smooth programs from real numbers to real numbers, by way of complex ones. */
    private Atom complex() {
        Atom x = any();
        if (!smooth) {
            Atom parts = b.convert(x, random.nextBoolean() ? DType.F32 : DType.F64);
            Atom z = x.type().dtype().isComplex() ? x : b.apply(new Complex.OfParts(), parts,
                    like(parts.type()));
            return b.apply(random.nextInt(3) == 0 ? new Complex.Conj() : random.nextBoolean()
                    ? new Complex.Real() : new Complex.Imag(), z);
        }
        Atom z = b.apply(new Complex.OfParts(), b.unary(Op.Unary.Function.TANH, x),
                b.unary(Op.Unary.Function.TANH, like(x.type())));
        Atom w = complexFunction(z);
        return switch (random.nextInt(3)) {
            case 0 -> b.apply(new Complex.Real(), w);
            case 1 -> b.apply(new Complex.Imag(), b.apply(new Complex.Conj(), w));
            default -> b.unary(Op.Unary.Function.ABS, b.add(w, b.fill(w.type(), ComplexNumber.of(5, 0.5))));
        };
    }

    /** Of a number in the square from -1-i to 1+i, away from poles and branch cuts. */
    private Atom complexFunction(Atom z) {
        Atom right = b.add(z, b.fill(z.type(), 2));
        Atom inside = b.mul(z, 0.4);
        return switch (random.nextInt(14)) {
            case 0 -> b.unary(Op.Unary.Function.EXP, z);
            case 1 -> b.unary(Op.Unary.Function.LOG, right);
            case 2 -> b.unary(Op.Unary.Function.SQRT, right);
            case 3 -> b.unary(one(new Op.Unary.Function[] {Op.Unary.Function.SIN, Op.Unary.Function.COS,
                    Op.Unary.Function.SINH, Op.Unary.Function.COSH, Op.Unary.Function.EXPM1}), z);
            case 4 -> b.unary(one(new Op.Unary.Function[] {Op.Unary.Function.TAN, Op.Unary.Function.TANH,
                    Op.Unary.Function.ASIN, Op.Unary.Function.ACOS, Op.Unary.Function.ATAN,
                    Op.Unary.Function.LOG1P, Op.Unary.Function.LOGISTIC}), inside);
            case 5 -> b.unary(one(new Op.Unary.Function[] {Op.Unary.Function.SIGN,
                    Op.Unary.Function.RSQRT}), right);
            case 6 -> b.div(z, right);
            case 7 -> b.binary(Op.Binary.Function.POW, right, z);
            case 8 -> b.sub(b.mul(z, right), b.neg(z));
            case 9 -> z.type().rank() == 0 ? z : b.apply(new Op.Cumulative(
                    Op.Cumulative.Function.PROD, axis(z), random.nextBoolean()), z);
            case 10 -> b.reduce(Monoid.PROD, z, axes(z));
            case 11 -> b.reduce(Monoid.SUM, z, axes(z));
            case 12 -> {
                List<Integer> all = z.type().shape().axesExcept(List.of());
                yield b.apply(new Op.DotGeneral(new Contraction(List.of(), List.of(), all, all),
                        DType.C128), z, b.apply(new Complex.Conj(), right));
            }
            default -> b.select(predicate(b.apply(new Complex.Real(), z).type()), z, right);
        };
    }

    // ---- matrices ----

    private List<Atom> matrices() {
        Atom drawn = at(2);
        Atom x = small(drawn);
        if (x.type().rank() < 2) {
            return List.of(x);
        }
        Atom a = smooth ? x : b.convert(x, random.nextBoolean() ? DType.F32 : DType.F64);
        if (random.nextInt(4) == 0 && x.type().shape().size() > 0) {
            return List.of(fft(smooth || !x.type().dtype().isComplex() ? a : x));
        }
        LinearAlgebra op = switch (random.nextInt(6)) {
            case 0 -> new LinearAlgebra.Cholesky();
            case 1 -> new LinearAlgebra.TriangularSolve(random.nextBoolean(), random.nextBoolean(),
                    random.nextBoolean(), random.nextBoolean());
            case 2 -> new LinearAlgebra.Lu();
            case 3 -> new LinearAlgebra.Qr(!smooth && random.nextBoolean());
            case 4 -> new LinearAlgebra.Eigh();
            default -> new LinearAlgebra.Svd(smooth ? LinearAlgebra.Svd.Vectors.THIN
                    : one(LinearAlgebra.Svd.Vectors.values()));
        };
        return List.copyOf(switch (op) {
            case LinearAlgebra.TriangularSolve solve -> {
                Atom triangle = conditioned(square(a));
                Atom right = like(triangle.type());
                yield b.apply(op, List.of(triangle, right));
            }
            case LinearAlgebra.Cholesky _, LinearAlgebra.Eigh _ ->
                    b.apply(op, List.of(conditioned(square(a))));
            case LinearAlgebra.Lu _, LinearAlgebra.Qr _, LinearAlgebra.Svd _, LinearAlgebra.Fft _ ->
                    b.apply(op, List.of(conditioned(a)));
        });
    }

    /** In smooth programs from real numbers to real numbers, by way of their spectrum. */
    private Atom fft(Atom x) {
        int axes = 1 + random.nextInt(2);
        List<Long> lengths = new ArrayList<>(Arrays.stream(x.type().shape().toArray()).boxed().toList())
                .subList(x.type().rank() - axes, x.type().rank());
        if (x.type().dtype().isComplex()) {
            return b.apply(new LinearAlgebra.Fft(random.nextBoolean() ? LinearAlgebra.Fft.Kind.FFT
                    : LinearAlgebra.Fft.Kind.IFFT, lengths), x);
        }
        Atom spectrum = b.apply(new LinearAlgebra.Fft(LinearAlgebra.Fft.Kind.RFFT, lengths), x);
        if (random.nextInt(3) == 0) {
            Atom both = b.apply(new LinearAlgebra.Fft(LinearAlgebra.Fft.Kind.IFFT, lengths),
                    b.convert(x, x.type().dtype().complex()));
            return b.add(b.apply(new Complex.Real(), both), b.apply(new Complex.Imag(), both));
        }
        Atom turned = b.mul(spectrum, b.fill(spectrum.type(), ComplexNumber.of(0.5, 0.3)));
        return smooth || random.nextBoolean()
                ? b.apply(new LinearAlgebra.Fft(LinearAlgebra.Fft.Kind.IRFFT, lengths), turned) : spectrum;
    }

    private Atom square(Atom x) {
        int rank = x.type().rank();
        long length = Math.min(x.type().shape().length(rank - 2), x.type().shape().length(rank - 1));
        return b.slice(b.slice(x, rank - 2, 0, length), rank - 1, 0, length);
    }

    /** For smooth programs, a matrix with singular values far from one another and from zero. */
    private Atom conditioned(Atom x) {
        if (!smooth) {
            return x;
        }
        TensorType type = x.type();
        Atom row = b.apply(new Op.Iota(type.with(DType.I32), type.rank() - 2));
        Atom column = b.apply(new Op.Iota(type.with(DType.I32), type.rank() - 1));
        Atom diagonal = b.select(b.compare(Op.Compare.Relation.EQ, row, column),
                b.add(b.mul(b.convert(row, DType.F64), 2), b.fill(type, 1)), b.zeros(type));
        return b.add(b.mul(b.unary(Op.Unary.Function.TANH, x), 0.3), diagonal);
    }

    /** A program with rules of its own, which are the true ones, or one to be computed again. */
    private Atom custom(int calls) {
        if (random.nextInt(5) == 0) {
            return b.apply(new Custom.Named(random.nextBoolean() ? "left" : "right"), any());
        }
        Program body = new RandomProgram(random.nextLong(), smooth)
                .program(1 + random.nextInt(2), 3, calls - 1);
        List<Atom> arguments = body.inputTypes().stream().map(type -> fit(any(), type)).toList();
        return small(b.apply(CustomExamples.of(random.nextInt(3), body), arguments).getFirst());
    }

    private List<Atom> bits() {
        Atom x = any();
        TensorType words = x.type().with(DType.I32);
        List<Atom> operands = List.of(fit(x, words), like(words), b.apply(new Op.Iota(
                TensorType.of(DType.I32, 1, x.type().shape().size()), 1)), like(words));
        return List.copyOf(b.apply(new Op.Threefry(), operands.stream().map(a -> fit(a, words)).toList()));
    }

    // ---- gather and scatter ----

    private record Windows(GatherDimensions dimensions, Shape window, Atom indices,
            Op.OutOfBounds outOfBounds) {}

    private Windows windows(Shape operand) {
        List<Integer> order = permutation(operand.rank());
        int batch = random.nextInt(2);
        List<Integer> operandBatch = order.subList(0, Math.min(batch, order.size()));
        List<Integer> others = order.subList(operandBatch.size(), order.size());
        List<Integer> indexed = others.subList(0, random.nextInt(others.size() + 1));
        List<Integer> collapsed = new ArrayList<>();
        long[] window = operand.toArray();
        for (int axis : others) {
            if (random.nextBoolean()) {
                collapsed.add(axis);
                window[axis] = 1;
            } else {
                window[axis] = 1 + random.nextLong(window[axis]);
            }
        }
        collapsed.sort(null);
        operandBatch.forEach(axis -> window[axis] = 1);
        List<Long> lengths = new ArrayList<>();
        List<Integer> indexBatch = new ArrayList<>();
        operandBatch.forEach(axis -> {
            indexBatch.add(lengths.size());
            lengths.add(operand.length(axis));
        });
        for (int i = random.nextInt(2); i > 0; i--) {
            lengths.add(1 + random.nextLong(3));
        }
        int kept = operand.rank() - collapsed.size() - operandBatch.size();
        List<Integer> offset = permutation(kept + lengths.size()).subList(0, kept).stream().sorted().toList();
        lengths.add((long) indexed.size());
        return new Windows(new GatherDimensions(offset, collapsed, operandBatch, indexBatch, indexed),
                Shape.of(window), indices(Shape.of(lengths.stream().mapToLong(v -> v).toArray())),
                random.nextBoolean() ? Op.OutOfBounds.CLIP
                : smooth ? Op.OutOfBounds.ZERO : one(Op.OutOfBounds.values()));
    }

    private Atom indices(Shape shape) {
        Atom places = b.reshape(b.apply(new Op.Iota(TensorType.of(DType.I64, 1, shape.size()), 1)), shape);
        // What depends on the data jumps, so it would not be smooth.
        Atom scattered = !smooth && random.nextBoolean() ? fit(any(), places.type())
                : b.mul(places, b.fill(places.type(), 1 + random.nextInt(5)));
        return b.binary(Op.Binary.Function.SUB,
                b.binary(Op.Binary.Function.REM, scattered, b.fill(places.type(), 4)),
                b.fill(places.type(), smooth ? 0 : random.nextInt(2)));
    }

    private Atom nonEmpty() {
        Atom x = at(1);
        return x.type().shape().size() > 0 ? x : b.fill(TensorType.of(dtype(), 2, 3), 1);
    }

    private Atom gather() {
        Atom x = nonEmpty();
        Windows w = windows(x.type().shape());
        return small(b.apply(new Op.Gather(w.dimensions(), w.window(), w.outOfBounds()), x, w.indices()));
    }

    private Atom scatter() {
        Atom x = nonEmpty();
        Windows w = windows(x.type().shape());
        Op.Gather gather = new Op.Gather(w.dimensions(), w.window(), w.outOfBounds());
        TensorType updates = InferTypes.of(gather, List.of(x.type(), w.indices().type())).getFirst();
        Op.Scatter.Combiner combiner = x.type().dtype() == DType.BOOL ? Op.Scatter.Combiner.SET
                : x.type().dtype().isComplex() && random.nextBoolean() ? Op.Scatter.Combiner.ADD
                : x.type().dtype().isComplex() ? Op.Scatter.Combiner.SET
                : one(Op.Scatter.Combiner.values());
        return b.apply(new Op.Scatter(w.dimensions(), combiner, w.outOfBounds()), x, w.indices(),
                like(updates));
    }
}
