package ricci.ir;

import ricci.einops.UserError;

/**
 * What Ricci throws when a request cannot be met. The message says what was asked, with which types, which
 * rule that breaks and how to mend it, and names the line of the user's code.
 */
public abstract sealed class RicciException extends RuntimeException implements UserError {
    private static final long serialVersionUID = 1L;

    private final String asked;
    private final String types;
    private final String rule;
    private final String fix;
    private final Source source;

    private RicciException(String asked, String types, String rule, String fix, Source source) {
        super("cannot " + asked + "\n  given: " + types + "\n  rule:  " + rule + "\n  fix:   " + fix
                + (source.isKnown() ? "\n  at:    " + source : ""));
        this.asked = asked;
        this.types = types;
        this.rule = rule;
        this.fix = fix;
        this.source = source;
    }

    /** What the user asked for, as a verb phrase: {@code add}, {@code reshape to [3,4]}. */
    public String asked() {
        return asked;
    }

    /** The types or values that it was asked of. */
    public String types() {
        return types;
    }

    /** The rule that was broken. */
    public String rule() {
        return rule;
    }

    /** How to mend it. */
    public String fix() {
        return fix;
    }

    /** The user's line; {@link Source#UNKNOWN} if there is none. */
    public Source source() {
        return source;
    }

    /** Shapes do not fit the operation. */
    public static final class Shape extends RicciException {
        private static final long serialVersionUID = 1L;

        public Shape(String asked, String types, String rule, String fix) {
            super(asked, types, rule, fix, Source.here());
        }
    }

    /** An axis does not exist, or occurs twice. */
    public static final class Axis extends RicciException {
        private static final long serialVersionUID = 1L;

        public Axis(String asked, String types, String rule, String fix) {
            super(asked, types, rule, fix, Source.here());
        }
    }

    /** The element type does not fit the operation. */
    public static final class DataType extends RicciException {
        private static final long serialVersionUID = 1L;

        public DataType(String asked, String types, String rule, String fix) {
            super(asked, types, rule, fix, Source.here());
        }
    }

    /** An argument that is neither a tensor nor an axis has a value that makes no sense. */
    public static final class Argument extends RicciException {
        private static final long serialVersionUID = 1L;

        public Argument(String asked, String types, String rule, String fix) {
            super(asked, types, rule, fix, Source.here());
        }
    }

    /** A value was read that is not known while the function is being traced. */
    public static final class Unknown extends RicciException {
        private static final long serialVersionUID = 1L;

        public Unknown(String asked, String types, String rule, String fix) {
            super(asked, types, rule, fix, Source.here());
        }
    }

    /** A tensor of a trace was used after the trace had ended, or outside it. */
    public static final class Leak extends RicciException {
        private static final long serialVersionUID = 1L;

        public Leak(String asked, String types, String rule, String fix) {
            super(asked, types, rule, fix, Source.here());
        }
    }

    /** A random key was used twice. */
    public static final class KeyReuse extends RicciException {
        private static final long serialVersionUID = 1L;

        public KeyReuse(String asked, String types, String rule, String fix) {
            super(asked, types, rule, fix, Source.here());
        }
    }

    /** A derivative was asked for that does not exist. */
    public static final class Derivative extends RicciException {
        private static final long serialVersionUID = 1L;

        public Derivative(String asked, String types, String rule, String fix) {
            super(asked, types, rule, fix, Source.here());
        }
    }

    /** An argument or result is not a tree of tensors, or two trees differ. */
    public static final class Structure extends RicciException {
        private static final long serialVersionUID = 1L;

        public Structure(String asked, String types, String rule, String fix) {
            super(asked, types, rule, fix, Source.here());
        }
    }

    /** Calls or programs are nested deeper than the stack of the thread allows. */
    public static final class Depth extends RicciException {
        private static final long serialVersionUID = 1L;

        public Depth(String asked) {
            super(asked, "calls or programs nested so deep that the stack of this thread is full",
                    "a recursion ends; while a function is traced, by a condition on a Java value only, as "
                    + "both branches of a cond are traced",
                    "end the recursion by an if, repeat with whileLoop or scan instead, or "
                    + "give the thread a larger stack, with -Xss", Source.here());
        }
    }

    /** The text of a program cannot be read. */
    public static final class Syntax extends RicciException {
        private static final long serialVersionUID = 1L;

        public Syntax(String asked, String types, String rule, String fix) {
            super(asked, types, rule, fix, Source.here());
        }
    }

    /** What stopped a program that was running, and where in it. */
    public abstract static sealed class Running extends RicciException {
        private static final long serialVersionUID = 1L;

        private Running(String asked, String types, String rule, String fix, Source source) {
            super(asked, types, rule, fix, source);
        }

        /** The same error; it happened in that part, such as a step of a loop. */
        public abstract Running in(String part);

        private static String within(String types, String part) {
            return types + ", in " + part;
        }
    }

    /** A condition that the user checks does not hold. */
    public static final class Check extends Running {
        private static final long serialVersionUID = 1L;

        public Check(String asked, String types, String rule, String fix, Source source) {
            super(asked, types, rule, fix, source);
        }

        @Override
        public Check in(String part) {
            return new Check(asked(), Running.within(types(), part), rule(), fix(), source());
        }
    }

    /** A NaN or an infinity arose from operands that had none. */
    public static final class NotFinite extends Running {
        private static final long serialVersionUID = 1L;

        public NotFinite(String asked, String types, String rule, String fix, Source source) {
            super(asked, types, rule, fix, source);
        }

        @Override
        public NotFinite in(String part) {
            return new NotFinite(asked(), Running.within(types(), part), rule(), fix(), source());
        }
    }

    /** The thread that ran a program was interrupted. */
    public static final class Interrupted extends RicciException {
        private static final long serialVersionUID = 1L;

        public Interrupted(String asked, String types, String rule, String fix, Source source) {
            super(asked, types, rule, fix, source);
        }
    }

    /** A program breaks its own typing rules: a defect in a transformation, never in the user's code. */
    public static final class IllTyped extends RicciException {
        private static final long serialVersionUID = 1L;

        public IllTyped(String asked, String types, String rule, String fix) {
            super(asked, types, rule, fix, Source.here());
        }
    }
}
