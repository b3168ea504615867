import static ricci.einops.Einops.axis;
import static ricci.einops.Einops.check;
import static ricci.einops.Einops.pack;
import static ricci.einops.Einops.parseShape;
import static ricci.einops.Einops.unpack;

import java.util.List;
import ricci.einops.Packed;

class PacksAndShapes {
    static Object all(float[][] x, List<float[][]> list, Packed<float[][]> packed) {
        pack(list, "h w"); // wrong
        pack(list, "h * w *"); // wrong
        pack(list, "h (w) *"); // wrong
        unpack(packed, "h h *"); // wrong
        unpack(x, packed.shapes(), "* 3"); // wrong
        parseShape(x, "h, w"); // wrong
        parseShape(x, "h -"); // wrong
        parseShape(List.of(x, x), "h w"); // wrong
        parseShape(list, "h w, h )"); // wrong
        check(x, "height w", axis("heigth", 3)); // wrong
        check(x, "a b", axis("a", 3), axis("a", 4)); // wrong
        return check(x, "a b", axis("a", -1)); // wrong
    }
}
