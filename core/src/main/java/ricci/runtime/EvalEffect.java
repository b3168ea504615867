package ricci.runtime;

import java.util.List;
import java.util.stream.LongStream;
import ricci.PrintOptions;
import ricci.ir.Effect;
import ricci.ir.FailedCheck;
import ricci.ir.Source;
import ricci.ir.TensorType;

/** The meaning of {@link Effect}. */
final class EvalEffect {
    private EvalEffect() {}

    static List<Value> run(Effect op, List<Value> x, List<TensorType> types, Source source) {
        switch (op) {
            case Effect.Print(var format) -> System.out.println(printed(format, x, types));
            case Effect.Check check -> check(check, Eval.integers(x.getFirst()), types.getFirst(), source);
        }
        return List.of();
    }

    private static String printed(String format, List<Value> x, List<TensorType> types) {
        String[] between = format.split("\\{}", -1);
        StringBuilder line = new StringBuilder(between[0]);
        for (int i = 0; i < x.size(); i++) {
            TensorType type = types.get(i);
            line.append(PrintOptions.DEFAULT.print(type, x.get(i).toBuffer(type.dtype())))
                    .append(between[i + 1]);
        }
        return line.toString();
    }

    private static void check(Effect.Check op, long[] holds, TensorType type, Source source) {
        List<Long> wrong = LongStream.range(0, holds.length).filter(i -> holds[(int) i] == 0).boxed().toList();
        if (!wrong.isEmpty()) {
            throw FailedCheck.of(op, type, wrong, source);
        }
    }
}
