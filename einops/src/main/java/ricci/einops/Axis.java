package ricci.einops;

import java.util.List;

/** The length of a named axis, made by {@link Einops#axis}. */
public record Axis(String name, long length) implements AxisLengths {
    @Override
    public List<Axis> axes() {
        return List.of(this);
    }
}
