package ricci.loop;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a loop does in each turn. */
public sealed interface Statement {
    /** From here to the end of the loop's body, {@code local} holds {@code value}. */
    record Let(Variable.Local local, Expression value) implements Statement {}

    /** Writes {@code value} to memory. */
    record Store(Access access, Expression value) implements Statement {}

    /**
     * The body for each value of {@code counter} from 0 to {@code extent}. After it, the folds' accumulators
     * hold what they came to.
     */
    record Loop(Variable.Counter counter, Size extent, Kind kind, List<Statement> body, List<Fold> folds)
            implements Statement {
        public Loop {
            body = List.copyOf(body);
            folds = List.copyOf(folds);
        }

        /** How the turns follow one another. */
        public enum Kind {
            /** One after the other. */
            SERIAL,
            /** One after the other, {@link #MOST_SHORT} at most. */
            SHORT,
            /** One after the other, in order, for each may read what those before it wrote. */
            ORDERED,
            /** As many at once as a vector has lanes, if the machine can; what is left over, one by one. */
            VECTOR,
            /**
             * In any order with those of the one loop inside, which is of this kind, too, and what is in that
             * perhaps more than once: so squares of elements can be read along one counter and written along
             * the other, if the machine can turn them.
             */
            TILED
        }

        /** So few turns that a thread need not be stoppable between them. */
        public static final int MOST_SHORT = 1000;

        public boolean isVector() {
            return kind == Kind.VECTOR;
        }

        public boolean isTiled() {
            return kind == Kind.TILED;
        }
    }

    /**
     * A value that is carried from turn to turn: before the first, {@code first}; after each, {@code next},
     * which reads the accumulator and what the body computes.
     *
     * @param merge what joins two accumulators that have seen some of the turns each; {@code first} is
     *     neutral for it. If there is none, the turns are taken in order, and the body may read the
     *     accumulator as it was before the turn
     */
    record Fold(Variable.Local accumulator, Expression first, Expression next, @Nullable Merge merge) {
        /** What joins partial results, where there is something that does. */
        public Merge merging() {
            return Objects.requireNonNull(merge, "the turns are taken in order");
        }

        /** How partial results are joined. */
        public enum Merge {
            ADD(Expression.Binary.Function.ADD),
            MUL(Expression.Binary.Function.MUL),
            MIN(Expression.Binary.Function.MIN),
            MAX(Expression.Binary.Function.MAX),
            AND(Expression.Binary.Function.AND),
            OR(Expression.Binary.Function.OR),
            XOR(Expression.Binary.Function.XOR);

            private final Expression.Binary.Function operation;

            Merge(Expression.Binary.Function operation) {
                this.operation = operation;
            }

            /** The operation on two accumulators. */
            public Expression.Binary.Function operation() {
                return operation;
            }
        }
    }
}
