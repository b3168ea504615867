package ricci.einops;

import java.util.List;

/** Lengths of named axes, as operations are given them: of one axis, or of several at once. */
public sealed interface AxisLengths permits Axis, Axes {
    /** The axes one by one. */
    List<Axis> axes();
}
