package ricci.ir;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The text of {@link Custom} primitives. */
final class CustomText {
    private CustomText() {}

    static String name(Custom op) {
        return switch (op) {
            case Custom.CustomJvp _ -> "customJvp";
            case Custom.CustomVjp _ -> "customVjp";
            case Custom.CustomLinear _ -> "customLinear";
            case Custom.Remat _ -> "remat";
            case Custom.Named _ -> "named";
        };
    }

    static List<Program> programs(Custom op) {
        return switch (op) {
            case Custom.CustomJvp(_, var function, var rule, _) -> List.of(function, rule);
            case Custom.CustomVjp(_, var function, var forward, var backward, _) ->
                    List.of(function, forward, backward);
            case Custom.CustomLinear(_, var transpose, _) -> List.of(transpose);
            case Custom.Remat(var body, _) -> List.of(body);
            case Custom.Named _ -> List.of();
        };
    }

    static Map<String, Object> values(Custom op) {
        Map<String, Object> values = new LinkedHashMap<>();
        switch (op) {
            case Custom.CustomJvp(var name, _, _, var constants) -> {
                values.put("name", name);
                values.put("constants", constants);
            }
            case Custom.CustomVjp(var name, _, _, _, var constants) -> {
                values.put("name", name);
                values.put("constants", constants);
            }
            case Custom.CustomLinear(var name, _, var residuals) -> {
                values.put("name", name);
                values.put("residuals", residuals);
            }
            case Custom.Remat(_, var policy) -> {
                values.put("save", OpText.camel(policy.save()));
                values.put("names", policy.names());
            }
            case Custom.Named(var name) -> values.put("name", name);
        }
        return values;
    }

    static @Nullable Op read(String name, OpText.Parameters p) {
        return switch (name) {
            case "customJvp" -> {
                List<Program> programs = p.programs(2);
                yield new Custom.CustomJvp(p.text("name"), programs.get(0), programs.get(1),
                        p.integer("constants"));
            }
            case "customVjp" -> {
                List<Program> programs = p.programs(3);
                yield new Custom.CustomVjp(p.text("name"), programs.get(0), programs.get(1), programs.get(2),
                        p.integer("constants"));
            }
            case "customLinear" -> new Custom.CustomLinear(p.text("name"), p.programs(1).getFirst(),
                    p.integer("residuals"));
            case "remat" -> new Custom.Remat(p.programs(1).getFirst(),
                    new Custom.Policy(p.word("save", Custom.Save.values()), p.words("names")));
            case "named" -> new Custom.Named(p.text("name"));
            default -> null;
        };
    }
}
