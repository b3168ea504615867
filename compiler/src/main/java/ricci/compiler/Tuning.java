package ricci.compiler;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ricci.ir.DType;
import ricci.jvm.Machine;

/**
 * How large the blocks of matrix products are on this machine, where others than those of the analytical
 * model were measured to be faster. {@link #measure} finds them, {@link #save} writes them to a file of the
 * user's, and later processes read it when they compile their first product. No result depends on it.
 *
 * <p>{@code -Dricci.tuning=off} computes as if there were no such file; so does a file that cannot be read,
 * or that has blocks which no measurement would choose.
 *
 * @param choices one for each type of elements that was measured
 */
public record Tuning(List<Choice> choices) {
    private static final String PROPERTY = "ricci.tuning";

    public Tuning {
        choices = List.copyOf(choices);
    }

    /**
     * The blocks for products of some elements.
     *
     * @param dtype f32, or f64
     * @param depth how many products are summed up at once
     * @param rows of the left operand in a block
     * @param columns of the right operand in a block
     * @param isTuned whether they are others than those of the model
     * @param gain how much faster a large product is, 0.05 for a twentieth; 0 if they are those of the model
     */
    public record Choice(DType dtype, long depth, long rows, long columns, boolean isTuned, double gain) {}

    /**
     * Measures for two seconds at most, and is right only if nothing else runs. Changes nothing in this
     * process.
     */
    public static Tuning measure() {
        long began = System.nanoTime();
        Tuner single = new Tuner(DType.F32, began + Tuner.NANOSECONDS / 2);
        List<Choice> choices = new ArrayList<>(List.of(single.choose()));
        // Its code takes about as long to be made, which is not begun if there is no time for it.
        long left = began + Tuner.NANOSECONDS - System.nanoTime();
        if (left > single.prepared()) {
            choices.add(new Tuner(DType.F64, System.nanoTime() + left).choose());
        }
        return new Tuning(choices);
    }

    /** What this process uses. */
    public static Tuning here() {
        return new Tuning(List.of(DType.F32, DType.F64).stream().map(dtype -> {
            Blocking usual = Blocking.of(Machine.here(), dtype.bytes());
            Blocking blocking = Here.blocking(dtype.bytes());
            return choice(dtype, blocking, !blocking.equals(usual), 0);
        }).toList());
    }

    static Choice choice(DType dtype, Blocking blocking, boolean isTuned, double gain) {
        return new Choice(dtype, blocking.depth(), blocking.rows(), blocking.columns(), isTuned, gain);
    }

    /**
     * Keeps it for later processes on machines like this one; what the file says of others stays.
     *
     * @return the file
     * @throws IOException if it cannot be written
     */
    public Path save() throws IOException {
        Path file = TuningFile.here().orElseThrow(() ->
                new IOException("the user has no directory for caches"));
        new TuningFile(file).save(TuningFile.machine(), choices.stream().filter(Choice::isTuned).toList());
        return file;
    }

    /** Whether it is used where it is there. */
    public static boolean isOn() {
        return !"off".equals(System.getProperty(PROPERTY));
    }

    /** Of this process: the file is read once. */
    static final class Here {
        private static final Map<Integer, TuningFile.Blocks> BLOCKS = find();

        private Here() {}

        private static Map<Integer, TuningFile.Blocks> find() {
            Optional<Path> file = isOn() ? TuningFile.here() : Optional.empty();
            return file.map(f -> new TuningFile(f).read(TuningFile.machine())).orElse(Map.of());
        }

        /** For elements of so many bytes. */
        static Blocking blocking(int bytes) {
            Blocking usual = Blocking.of(Machine.here(), bytes);
            TuningFile.Blocks blocks = BLOCKS.get(bytes);
            return blocks == null ? usual
                    : usual.with(blocks.depth(), blocks.rows(), blocks.columns(), bytes).orElse(usual);
        }
    }
}
