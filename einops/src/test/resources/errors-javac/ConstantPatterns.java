import static ricci.einops.Einops.axis;
import static ricci.einops.Einops.rearrange;

class ConstantPatterns {
    interface Names {
        String ROWS = "a b";
        char COMMA = ',';
    }

    static final String ARROW = " -" + '>' + " ";
    static final String WHOLE = Names.ROWS + ARROW + "b c";
    static final boolean DEBUG = false;
    private final String own = "a b -> b";

    Object all(float[][] x) {
        final String local = "a b -> a";
        rearrange(x, """
            a b -> \
            b c"""); // wrong below
        rearrange(x, "a b" + " -> " + "b c"); // wrong
        rearrange(x, "\u0061 b -> b"); // wrong
        rearrange(x, "a\tb -> b a"); // wrong
        rearrange(x, "😀 b -> b 😀"); // wrong
        rearrange(x, local); // wrong
        rearrange(x, own); // wrong
        rearrange(x, this.own); // wrong
        rearrange(x, WHOLE); // wrong
        rearrange(x, ConstantPatterns.WHOLE); // wrong
        rearrange(x, Names.ROWS + ARROW + Names.ROWS + Names.COMMA + 'c'); // wrong
        rearrange(x, ("a b -> b " + (1 + 1) + true + 1L + 0.5f)); // wrong
        rearrange(x, (String) "a b -> c"); // wrong
        rearrange(x, DEBUG ? "a b -> b a" : "a b -> b"); // wrong
        return rearrange(x, Precompiled.WRONG, axis(Precompiled.NAME, Precompiled.LENGTH)); // wrong
    }
}
