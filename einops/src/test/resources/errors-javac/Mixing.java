import static ricci.einops.Einops.axis;

import ricci.nn.EinMix;

class Mixing {
    final EinMix unclosed = EinMix.init(null, "b (h p -> b h d", "p d", "d", axis("p", 16)); // wrong
    final EinMix misspelt = EinMix.init(null, "b h_ -> b h_", "h_", "", axis("h_", 2)); // wrong
    final EinMix right = EinMix.init(null, "b (h p) -> b h d", "p d", "d", axis("p", 16), axis("d", 4));
}
