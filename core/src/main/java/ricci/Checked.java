package ricci;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import ricci.ir.FailedCheck;
import ricci.ir.RicciException;
import ricci.ir.Shape;
import ricci.transform.CheckValues;

/**
 * What a function returned, and which of its checks failed first; made by {@link Debug#checked}. It is a tree
 * of tensors like any other, so jit, vmap and loops can return it; under vmap there is a failure for each
 * example.
 *
 * @param result what the function returned; after a failure it is what came of running on
 * @param number 0 if all checks held, else the number of the first that did not, an i32
 * @param position where that one was first false, in row-major order, an i64
 * @param checks the checks of the function
 */
public record Checked<R>(R result, Tensor number, Tensor position, Checks checks) {

    /** The checks of a function, in the order in which they stand. */
    public static final class Checks {
        private final List<CheckValues.Site> sites;

        Checks(List<CheckValues.Site> sites) {
            this.sites = sites;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Checks checks && sites.equals(checks.sites);
        }

        @Override
        public int hashCode() {
            return sites.hashCode();
        }

        /** The messages. */
        @Override
        public String toString() {
            return sites.stream().map(site -> site.check().message()).toList().toString();
        }
    }

    /** Whether a check failed, a bool; under vmap, for each example. */
    public Tensor failed() {
        return number.ne(0);
    }

    /**
     * The error that the first failed check would have thrown, in the first example that has one; empty if
     * all checks held. Reads values.
     */
    public Optional<RicciException.Check> failure() {
        long[] numbers = number.toLongs();
        long[] positions = position.toLongs();
        Shape examples = number.shape();
        return IntStream.range(0, numbers.length).filter(i -> numbers[i] != 0).boxed().findFirst().map(i -> {
            CheckValues.Site site = checks.sites.get((int) numbers[i] - 1);
            RicciException.Check error = FailedCheck.of(site.check(), site.type(), List.of(positions[i]),
                    site.source());
            long[] example = examples.index(i);
            return example.length == 0 ? error : error.in("example "
                    + (example.length == 1 ? Long.toString(example[0]) : Arrays.toString(example)));
        });
    }

    /**
     * The result.
     *
     * @throws RicciException.Check if a check failed
     */
    public R orThrow() {
        failure().ifPresent(error -> {
            throw error;
        });
        return result;
    }
}
