package ricci.ir;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The text of {@link Windows}, in both directions. */
final class WindowsText {
    private WindowsText() {}

    static String name(Windows op) {
        return switch (op) {
            case Windows.Convolution _ -> "convolution";
            case Windows.ReduceWindow _ -> "reduceWindow";
            case Windows.ArgReduceWindow _ -> "argReduceWindow";
            case Windows.DynamicSlice _ -> "dynamicSlice";
            case Windows.DynamicUpdateSlice _ -> "dynamicUpdateSlice";
            case Windows.TopK _ -> "topK";
            case Windows.Clamp _ -> "clamp";
        };
    }

    static Map<String, Object> values(Windows op) {
        Map<String, Object> all = new LinkedHashMap<>();
        switch (op) {
            case Windows.Convolution(var d, var sliding, var featureGroups, var batchGroups, var result) -> {
                all.put("input", d.input());
                all.put("kernel", d.kernel());
                all.put("output", d.result());
                slide(all, sliding);
                all.put("featureGroups", featureGroups);
                all.put("batchGroups", batchGroups);
                all.put("result", result);
            }
            case Windows.ReduceWindow(var monoid, var window, var sliding) -> {
                all.put("monoid", OpText.camel(monoid));
                all.put("window", window);
                slide(all, sliding);
            }
            case Windows.ArgReduceWindow(var extremum, var window, var sliding, var axes, var index) -> {
                all.put("extremum", OpText.camel(extremum));
                all.put("window", window);
                slide(all, sliding);
                all.put("axes", axes);
                all.put("index", index);
            }
            case Windows.DynamicSlice(var sizes) -> all.put("sizes", sizes);
            case Windows.TopK(var k, var index) -> {
                all.put("k", k);
                all.put("index", index);
            }
            case Windows.DynamicUpdateSlice _, Windows.Clamp _ -> { }
        }
        return all;
    }

    private static void slide(Map<String, Object> all, Sliding sliding) {
        all.put("strides", sliding.strides());
        all.put("low", sliding.low());
        all.put("high", sliding.high());
        all.put("baseDilation", sliding.baseDilation());
        all.put("windowDilation", sliding.windowDilation());
    }

    static @Nullable Windows read(String name, OpText.Parameters p) {
        return switch (name) {
            case "convolution" -> new Windows.Convolution(
                    new ConvolutionDimensions(p.integers("input"), p.integers("kernel"),
                            p.integers("output")),
                    sliding(p), p.whole("featureGroups"), p.whole("batchGroups"), p.dtype("result"));
            case "reduceWindow" -> new Windows.ReduceWindow(
                    p.word("monoid", Monoid.values()), p.shape("window"), sliding(p));
            case "argReduceWindow" -> new Windows.ArgReduceWindow(
                    p.word("extremum", Op.ArgReduce.Extremum.values()), p.shape("window"), sliding(p),
                    p.integers("axes"), p.dtype("index"));
            case "dynamicSlice" -> new Windows.DynamicSlice(p.shape("sizes"));
            case "dynamicUpdateSlice" -> new Windows.DynamicUpdateSlice();
            case "topK" -> new Windows.TopK(p.whole("k"), p.dtype("index"));
            case "clamp" -> new Windows.Clamp();
            default -> null;
        };
    }

    private static Sliding sliding(OpText.Parameters p) {
        List<Long> strides = p.longs("strides");
        return new Sliding(strides, p.longs("low"), p.longs("high"), p.longs("baseDilation"),
                p.longs("windowDilation"));
    }
}
