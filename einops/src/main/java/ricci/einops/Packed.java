package ricci.einops;

import java.util.List;

/**
 * Several tensors as one, made by {@link Einops#pack}.
 *
 * @param shapes of each tensor the lengths that {@code *} stood for, in order
 */
public record Packed<T>(T tensor, List<List<Long>> shapes) {
    public Packed {
        shapes = shapes.stream().map(List::copyOf).toList();
    }
}
