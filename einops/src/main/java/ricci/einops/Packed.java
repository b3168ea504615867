package ricci.einops;

import java.util.List;

/**
 * Several tensors as one, made by {@link Einops#pack}.
 *
 * @param shapes of each tensor the lengths that {@code *} stood for, in order
 */
public record Packed<T>(T tensor, List<List<Long>> shapes) {
    public Packed {
        String fix = "pass what pack returned";
        Arguments.require(tensor, "Packed", "the tensor", fix);
        shapes = Arguments.requireAll(shapes, "Packed", "shapes", fix).stream()
                .map(shape -> Arguments.requireAll(shape, "Packed", "lengths", fix)).toList();
    }
}
