package frameworks.examples;

import static ricci.einops.Einops.axis;
import static ricci.einops.Einops.einsum;
import static ricci.einops.Einops.rearrange;
import static ricci.einops.Einops.reduce;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import ricci.einops.Reduction;

/** Readings of sensors by day and hour, on ND4J's arrays. */
public final class Nd4jExample {
    private Nd4jExample() {}

    public static void main(String... args) {
        // Two days of readings, one after the other, of three sensors.
        INDArray readings = Nd4j.arange(48 * 3).castTo(DataType.DOUBLE).reshape('c', 48L, 3L);

        INDArray days = rearrange(readings, "(day hour) sensor -> sensor day hour", axis("hour", 24));
        System.out.println("days     " + Arrays.toString(days.shape()));

        INDArray peaks = reduce(days, "sensor day hour -> sensor day", Reduction.ARGMAX);
        System.out.println("peaks    " + peaks.toString().replaceAll("\\s+", ""));

        INDArray products = einsum(days, days, "a day hour, b day hour -> a b");
        System.out.println("products " + Arrays.toString(products.shape()) + ", the first is "
                + products.getDouble(0, 0));
    }
}
