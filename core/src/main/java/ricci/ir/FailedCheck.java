package ricci.ir;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The error about an {@link Effect.Check} that does not hold. */
public final class FailedCheck {
    private static final int SHOWN = 3;

    private FailedCheck() {}

    /**
     * The error that names the elements.
     *
     * @param type of the condition
     * @param wrong which elements are false, by their positions in row-major order
     * @param source the line of the check
     */
    public static RicciException.Check of(
            Effect.Check op, TensorType type, List<Long> wrong, Source source) {
        String places = wrong.stream().limit(SHOWN).map(i -> place(i, type.shape(), op.mapped()))
                .collect(Collectors.joining(", "));
        int more = wrong.size() - SHOWN;
        return new RicciException.Check("pass the check that " + op.message(), type + ", false"
                + (type.rank() == 0 ? "" : " " + places + (more > 0 ? " and " + more + " more" : "")),
                "a condition that is checked is true everywhere",
                "print what leads to it, with Debug.print before the check, or take the failure as a value, "
                + "with Debug.checked", source);
    }

    private static String place(long position, Shape shape, int mapped) {
        long[] index = shape.index(position);
        String inside = Arrays.toString(Arrays.copyOfRange(index, mapped, index.length));
        String example = mapped == 1 ? Long.toString(index[0]) : Arrays.toString(Arrays.copyOf(index, mapped));
        return mapped == 0 ? "at " + inside
                : "in example " + example + (index.length == mapped ? "" : " at " + inside);
    }
}
