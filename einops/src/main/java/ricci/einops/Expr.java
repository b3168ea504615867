package ricci.einops;

import java.util.List;
import java.util.OptionalLong;

/** A part of a pattern as parsed; each knows where in the text it stands. */
sealed interface Expr {
    Span span();

    /** A named axis, with its length if that is written beside it: {@code h}, {@code h=16}. */
    record Name(String name, OptionalLong length, Span span) implements Expr {
        Name(String name, Span span) {
            this(name, OptionalLong.empty(), span);
        }
    }

    /** An axis without a name, of known length; length 1 stands for no axis at all. */
    record Anonymous(long length, Span span) implements Expr {
        boolean isUnit() {
            return length == 1;
        }
    }

    /** Any number of axes: {@code ...}. */
    record Ellipsis(Span span) implements Expr {}

    /** Several axes run together as one, the last the fastest: {@code (h w)}; {@code ()} is of length 1. */
    record Group(List<Expr> parts, Span span) implements Expr {
        public Group {
            parts = List.copyOf(parts);
        }
    }

    /** Several axes one after the other as one: {@code (q + k)}. */
    record Sum(List<Group> terms, Span span) implements Expr {
        public Sum {
            terms = List.copyOf(terms);
        }
    }

    /** The axes that an operation sees: {@code [h w]}. */
    record Bracket(List<Expr> parts, Span span) implements Expr {
        public Bracket {
            parts = List.copyOf(parts);
        }
    }

    /** What precedes the dots, any number of times: {@code (s p)...}. */
    record Repeated(Expr part, Span span) implements Expr {}

    /** An axis of a window, that moves on by a number of elements: {@code h*2}. */
    record Strided(Expr axis, long stride, Span span) implements Expr {}

    /** The parts that this one consists of; none, if it is an axis. */
    default List<? extends Expr> children() {
        return switch (this) {
            case Name _, Anonymous _, Ellipsis _ -> List.of();
            case Group(var parts, _) -> parts;
            case Sum(var terms, _) -> terms;
            case Bracket(var parts, _) -> parts;
            case Repeated(var part, _) -> List.of(part);
            case Strided(var axis, _, _) -> List.of(axis);
        };
    }
}
