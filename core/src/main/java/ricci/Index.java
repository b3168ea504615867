package ricci;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import ricci.ir.DType;
import ricci.ir.RicciException;

/**
 * One entry of an index expression, as between NumPy's brackets. {@link Tensor#get} and {@link Tensor#at}
 * make them of what they are given: numbers, tensors and arrays.
 *
 * {@snippet :
 * x.get(0, slice(2, 5), ELLIPSIS, at(rows), NEWAXIS)     // NumPy: x[0, 2:5, ..., rows, None]
 * }
 */
public sealed interface Index {

    /** One place on an axis, which disappears; negative ones count from the end. */
    record Single(long place) implements Index {
        @Override
        public String toString() {
            return Long.toString(place);
        }
    }

    /**
     * Every step-th place from {@code start}, before {@code stop}; both count from the end if negative, and
     * go to the end of the axis if left out. With a negative step, the order is reversed.
     */
    record Range(@Nullable Long start, @Nullable Long stop, long step) implements Index {
        public Range {
            if (step == 0) {
                throw new RicciException.Argument("take a slice of an axis", "step 0",
                        "a step goes forward or backward", "give a step of 1 or more, or of -1 or less");
            }
        }

        @Override
        public String toString() {
            return (start == null ? "" : start.toString()) + ":" + (stop == null ? "" : stop.toString())
                    + (step == 1 ? "" : ":" + step);
        }
    }

    /** As many whole axes as the other entries leave over; there is at most one. */
    record Ellipsis() implements Index {
        @Override
        public String toString() {
            return "...";
        }
    }

    /** A new axis of length 1. */
    record NewAxis() implements Index {
        @Override
        public String toString() {
            return "newaxis";
        }
    }

    /** Places on an axis, given by a tensor of integers; several such tensors broadcast together. */
    record Places(Tensor places) implements Index {
        @Override
        public String toString() {
            return places.type().toString();
        }
    }

    /** The places where a tensor of bools is true; it stands for as many axes as it has. */
    record Mask(Tensor truths) implements Index {
        @Override
        public String toString() {
            return truths.type().toString();
        }
    }

    /** The entry that a user's object stands for. */
    static Index of(@Nullable Object entry) {
        return switch (entry) {
            case Index index -> index;
            case Integer place -> new Single(place);
            case Long place -> new Single(place);
            case Short place -> new Single(place);
            case Byte place -> new Single(place);
            case Boolean truth -> new Mask(Ricci.tensor(truth));
            case int[] places -> new Places(Ricci.tensor(places, places.length));
            case long[] places -> new Places(Ricci.tensor(DType.I64, places, places.length));
            case boolean[] truths -> new Mask(Ricci.tensor(truths, truths.length));
            case Tensor x when x.dtype() == DType.BOOL -> new Mask(x);
            case Tensor x when x.dtype().isInteger() -> new Places(x);
            case Tensor x -> throw new RicciException.DataType("index with a tensor", x.type().toString(),
                    "places are integers, masks are bools",
                    "convert it, x.to(DType.I32), or compare it, x.gt(0)");
            case null -> throw unknown("null");
            case Object[] nested -> throw unknown(Arrays.deepToString(nested));
            case Object other -> throw unknown(other.getClass().getSimpleName() + " " + other);
        };
    }

    private static RicciException unknown(String entry) {
        return new RicciException.Argument("index with " + entry, "an entry of an index expression",
                "entries are integers, slice(start, stop), ELLIPSIS, NEWAXIS, and tensors or arrays of "
                + "integers or bools", "write for example x.get(0, slice(1, 4), ELLIPSIS)");
    }
}
