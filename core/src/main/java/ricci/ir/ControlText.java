package ricci.ir;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The text of {@link Control}: names and parameters; both directions. */
final class ControlText {
    private ControlText() {}

    static String name(Control op) {
        return switch (op) {
            case Control.Cond _ -> "cond";
            case Control.While _ -> "while";
            case Control.Scan _ -> "scan";
        };
    }

    static List<Program> programs(Control op) {
        return switch (op) {
            case Control.Cond(var branches) -> branches;
            case Control.While(var condition, var body, _) -> List.of(condition, body);
            case Control.Scan scan -> List.of(scan.body());
        };
    }

    static Map<String, Object> values(Control op) {
        return switch (op) {
            case Control.Cond _ -> Map.of();
            case Control.While(_, _, var limit) -> Map.of("limit", limit);
            case Control.Scan(_, var constants, var carries, var length, var reverse) -> {
                Map<String, Object> all = new LinkedHashMap<>();
                all.put("constants", constants);
                all.put("carries", carries);
                all.put("length", length);
                all.put("reverse", reverse);
                yield all;
            }
        };
    }

    static @Nullable Op read(String name, OpText.Parameters p) {
        return switch (name) {
            case "cond" -> new Control.Cond(p.programs(-1));
            case "while" -> {
                List<Program> programs = p.programs(2);
                yield new Control.While(programs.getFirst(), programs.getLast(), p.whole("limit"));
            }
            case "scan" -> new Control.Scan(p.programs(1).getFirst(), p.integer("constants"),
                    p.integer("carries"), p.whole("length"), p.truth("reverse"));
            default -> null;
        };
    }
}
