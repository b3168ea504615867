import static ricci.einops.Einops.*;

import java.util.function.UnaryOperator;
import ricci.einops.Einops;

class Everywhere<T> {
    UnaryOperator<float[]> field = x -> rearrange(x, "a -> b"); // wrong
    static final ricci.einops.Rearrange CONSTANT = Einops.rearrange("a b -> a"); // wrong

    static {
        rearrange(new float[1], "a -> ()"); // wrong
    }

    {
        rearrange(new float[1], "a -> 1"); // wrong
    }

    Everywhere() {
        this(rearrange(new float[1], "a ->")); // wrong
    }

    Everywhere(float[] x) {}

    <S extends T> S generic(S x) {
        return ricci.einops.Einops.<S>rearrange(x, "a b -> b"); // wrong
    }

    record Layer(float[] weight) {
        Layer {
            weight = rearrange(weight, "a -> a b"); // wrong
        }
    }

    enum Mode {
        ONE {
            @Override
            Object apply(float[] x) {
                return rearrange(x, "one -> two"); // wrong
            }
        };

        abstract Object apply(float[] x);
    }

    interface Default {
        default Object apply(float[] x) {
            class Local {
                final Object y = rearrange(x, "local -> "); // wrong
            }
            Object inner = new Object() {
                final Object y = rearrange(x, "anonymous -> "); // wrong
            };
            return switch (x.length) {
                case 0 -> rearrange(x, "zero -> "); // wrong
                default -> rearrange(rearrange(x, "a -> a1"), "outer -> "); // wrong twice
            };
        }
    }
}

class SecondOfTheFile {
    final Object x = rearrange(new float[1], "a b -> a b c"); // wrong
}
