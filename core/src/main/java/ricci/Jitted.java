package ricci;

import java.util.Arrays;
import java.util.Optional;
import ricci.ir.RicciException;

/**
 * A function compiled by {@link Ricci#jit}. It is called like the function itself.
 *
 * <p><b>What makes two calls alike.</b> The structure of the arguments, the types of their tensors, and the
 * values of everything else in them: an int, a string, an enum or a record of such is <em>static</em>, a
 * constant of the program, and another value of it compiles anew. Arrays that the function reads from outside
 * are inputs of the program, never constants of it; but what is made of one for a product, a copy in the
 * order in which it is read, is made once and kept as long as the array. {@link #explainCacheMiss} says why
 * a call is compiled.
 *
 * <p>Executables are shared in the whole process among functions whose programs are equal: the same lambda
 * made a second time, in a loop or in a method, is traced again but not compiled again.
 *
 * {@snippet :
 * record Config(int layers, boolean norm) {}                      // static: Java's own ifs and loops see it
 *
 * var step = jit((Tensor w, Tensor dw) -> w.sub(dw.mul(0.1))).donate(0);
 * w = step.apply(w, dw);                                          // in the memory of the old w
 *
 * var compiled = step.trace(TensorType.of(F32, 64, 10), TensorType.of(F32, 64, 10)).compile();
 * }
 */
public abstract sealed class Jitted {
    final Jit jit;

    private Jitted(Jit jit) {
        this.jit = jit;
    }

    /**
     * Why a call with these arguments would be traced and compiled; empty if it would not.
     *
     * @param arguments those of the function
     */
    public Optional<CacheMiss> explainCacheMiss(Object... arguments) {
        return jit.explain(Arrays.asList(
                Arguments.given("explainCacheMiss", "the array of arguments", arguments)));
    }

    /** Why the last call that was traced and compiled was; empty if there has been none. */
    public Optional<CacheMiss> lastCacheMiss() {
        return jit.lastMiss();
    }

    /** A compiled function of one argument. */
    public static final class Of1<A, R> extends Jitted implements Fn<A, R> {
        Of1(Jit jit) {
            super(jit);
        }

        @Override
        public R apply(A a) {
            return jit.call(Arrays.asList(a));
        }

        /**
         * The same function, but it may use the memory of the arguments' tensors for its results. Values
         * never change by that. Afterwards these tensors cannot be read any more: an error says where they
         * were donated. Inside another traced function nothing is donated.
         *
         * @param arguments which, counted from 0
         * @throws RicciException.Argument if there is no such argument; when called, if one tensor is donated
         *     and occurs in the arguments a second time, or has been donated before
         */
        public Of1<A, R> donate(int... arguments) {
            return new Of1<>(jit.donating(arguments));
        }

        /**
         * Ahead of time: the program for arguments of these types, without running anything.
         *
         * @param arguments a tree for each argument of the function, with a tensor, whose values do not
         *     matter, or a {@link ricci.ir.TensorType} in place of each tensor; within records use
         *     {@link Ricci#placeholder}
         */
        public Traced<Fn<A, R>> trace(Object... arguments) {
            Jit.Ahead ahead = jit.ahead(arguments);
            return new Traced<>(ahead, () -> {
                Jit.Fixed fixed = ahead.compile();
                return a -> fixed.call(Arrays.asList(a));
            });
        }
    }

    /** A compiled function of two arguments. */
    public static final class Of2<A, B, R> extends Jitted implements Fn2<A, B, R> {
        Of2(Jit jit) {
            super(jit);
        }

        @Override
        public R apply(A a, B b) {
            return jit.call(Arrays.asList(a, b));
        }

        /** As {@link Of1#donate}. */
        public Of2<A, B, R> donate(int... arguments) {
            return new Of2<>(jit.donating(arguments));
        }

        /** As {@link Of1#trace}. */
        public Traced<Fn2<A, B, R>> trace(Object... arguments) {
            Jit.Ahead ahead = jit.ahead(arguments);
            return new Traced<>(ahead, () -> {
                Jit.Fixed fixed = ahead.compile();
                return (a, b) -> fixed.call(Arrays.asList(a, b));
            });
        }
    }

    /** A compiled function of three arguments. */
    public static final class Of3<A, B, C, R> extends Jitted implements Fn3<A, B, C, R> {
        Of3(Jit jit) {
            super(jit);
        }

        @Override
        public R apply(A a, B b, C c) {
            return jit.call(Arrays.asList(a, b, c));
        }

        /** As {@link Of1#donate}. */
        public Of3<A, B, C, R> donate(int... arguments) {
            return new Of3<>(jit.donating(arguments));
        }

        /** As {@link Of1#trace}. */
        public Traced<Fn3<A, B, C, R>> trace(Object... arguments) {
            Jit.Ahead ahead = jit.ahead(arguments);
            return new Traced<>(ahead, () -> {
                Jit.Fixed fixed = ahead.compile();
                return (a, b, c) -> fixed.call(Arrays.asList(a, b, c));
            });
        }
    }

    /** A compiled function of four arguments. */
    public static final class Of4<A, B, C, D, R> extends Jitted implements Fn4<A, B, C, D, R> {
        Of4(Jit jit) {
            super(jit);
        }

        @Override
        public R apply(A a, B b, C c, D d) {
            return jit.call(Arrays.asList(a, b, c, d));
        }

        /** As {@link Of1#donate}. */
        public Of4<A, B, C, D, R> donate(int... arguments) {
            return new Of4<>(jit.donating(arguments));
        }

        /** As {@link Of1#trace}. */
        public Traced<Fn4<A, B, C, D, R>> trace(Object... arguments) {
            Jit.Ahead ahead = jit.ahead(arguments);
            return new Traced<>(ahead, () -> {
                Jit.Fixed fixed = ahead.compile();
                return (a, b, c, d) -> fixed.call(Arrays.asList(a, b, c, d));
            });
        }
    }
}
