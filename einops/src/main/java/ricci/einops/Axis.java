package ricci.einops;

import java.util.List;

/** The length of a named axis, made by {@link Einops#axis}. */
public record Axis(String name, long length) implements AxisLengths {
    public Axis {
        Arguments.require(name, "axis", "the name", "pass the name that the axis has in the pattern");
    }

    @Override
    public List<Axis> axes() {
        return List.of(this);
    }
}
