package ricci.einops;

import java.util.List;
import java.util.stream.Collectors;

/** The lengths of several named axes, made by {@link Einops#parseShape}. */
public record Axes(List<Axis> axes) implements AxisLengths {
    public Axes {
        axes = Arguments.requireAll(axes, "Axes", "axes", "pass axis(\"name\", length) for each");
    }

    /**
     * The length of an axis.
     *
     * @throws IllegalArgumentException if none has that name
     */
    public long length(String name) {
        return axes.stream().filter(axis -> axis.name().equals(name)).findFirst().orElseThrow(() ->
                new IllegalArgumentException("there is no axis " + name + "; the axes are " + this)).length();
    }

    /** {@code h=32 w=48}. */
    @Override
    public String toString() {
        return axes.stream().map(axis -> axis.name() + "=" + axis.length()).collect(Collectors.joining(" "));
    }
}
