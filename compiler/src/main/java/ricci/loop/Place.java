package ricci.loop;

import java.util.List;

/** A place in a buffer, in elements: {@code offset} and the sum of the terms. */
public record Place(Size offset, List<Term> terms) {
    public Place {
        terms = List.copyOf(terms);
    }

    /** {@code stride * factor}; a factor that is a local is an i64, the same in all lanes of a vector. */
    public record Term(Size stride, Variable factor) {}

    /** The stride by which the place moves with {@code factor}; 0 if it does not. */
    public Size stride(Variable factor) {
        return terms.stream().filter(t -> t.factor().equals(factor)).map(Term::stride).findFirst()
                .orElse(Size.of(0));
    }
}
