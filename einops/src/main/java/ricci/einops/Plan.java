package ricci.einops;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * What an operation does to tensors of given shapes: parts of the inputs are brought into the form of parts
 * of the outputs, which are joined. Immutable.
 */
record Plan(List<Part> parts, List<Output> outputs) {
    Plan {
        parts = List.copyOf(parts);
        outputs = List.copyOf(outputs);
    }

    /**
     * A part of an output: of which input it is made, and how.
     *
     * @param nest the same as the stages, as loops over plain arrays; null, if it is more than loops
     */
    record Part(int input, List<Stage> stages, @Nullable Nest nest) {
        boolean reduces() {
            return stages.stream().anyMatch(Stage.Reduce.class::isInstance);
        }

        boolean moves() {
            return !stages.stream().allMatch(Stage.Reshape.class::isInstance);
        }

        <T> T apply(Backend<T> backend, List<? extends T> inputs, @Nullable Reduction reduction) {
            return Stage.all(stages, backend, inputs.get(input), reduction);
        }

        String describe() {
            StringJoiner words = new StringJoiner(", then ").setEmptyValue("nothing to do");
            stages.forEach(stage -> words.add(stage.describe()));
            return words.toString();
        }
    }

    /**
     * A result: the next {@code parts} of the plan.
     *
     * @param joins along which axis, and how many at a time; the first ones are joined first
     * @param shape the lengths of the result
     * @param reshape what the joined parts are reshaped to; nothing, if they have the shape
     */
    record Output(int parts, List<Join> joins, List<Long> shape, boolean reshape) {
        long[] lengths() {
            return shape.stream().mapToLong(Long::longValue).toArray();
        }
    }

    /** That {@code count} tensors at a time become one. */
    record Join(int axis, int count) {}

    /** The results, of a plan for as many inputs. */
    <T> List<T> apply(Backend<T> backend, List<? extends T> inputs, @Nullable Reduction reduction) {
        List<T> results = new ArrayList<>();
        int next = 0;
        for (Output output : outputs) {
            List<T> made = new ArrayList<>();
            for (Part part : parts.subList(next, next += output.parts)) {
                made.add(part.apply(backend, inputs, reduction));
            }
            for (Join join : output.joins) {
                List<T> joined = new ArrayList<>();
                for (int i = 0; i < made.size(); i += join.count) {
                    joined.add(backend.concatenate(made.subList(i, i + join.count), join.axis));
                }
                made = joined;
            }
            T result = made.getFirst();
            results.add(output.reshape ? backend.reshape(result, output.lengths()) : result);
        }
        return results;
    }

    /** The lengths of the one result. */
    long[] shape() {
        return outputs.getFirst().lengths();
    }

    /** The stages, one after the other; a line for each part, if there are several. */
    @Override
    public String toString() {
        if (parts.size() == 1) {
            return parts.getFirst().describe();
        }
        StringJoiner lines = new StringJoiner("\n");
        int next = 0;
        for (int i = 0; i < outputs.size(); i++) {
            Output output = outputs.get(i);
            for (Part part : parts.subList(next, next += output.parts)) {
                lines.add("result " + (i + 1) + ", from tensor " + (part.input + 1) + ": " + part.describe());
            }
            for (Join join : output.joins) {
                lines.add("result " + (i + 1) + ": concatenate " + join.count + " along axis " + join.axis);
            }
            if (output.reshape) {
                lines.add("result " + (i + 1) + ": reshape to " + output.shape);
            }
        }
        return lines.toString();
    }
}
