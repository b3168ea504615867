package ricci.bench;

import static ricci.Ricci.sigmoid;
import static ricci.Ricci.zeros;
import static ricci.einops.Einops.axis;
import static ricci.einops.Einops.einsum;
import static ricci.einops.Einops.rearrange;

import java.util.ArrayList;
import java.util.List;
import ricci.Carry;
import ricci.ControlFlow;
import ricci.Convolutions;
import ricci.Key;
import ricci.Padding;
import ricci.Random;
import ricci.Slide;
import ricci.SpecialFunctions;
import ricci.Tensor;
import ricci.nn.Linear;
import ricci.nn.Nn;

/** Networks that are measured, as their users write them. */
final class Networks {
    private static final Slide TWO = Slide.by(2);

    private Networks() {}

    /** Three layers, for classes of digits. */
    record Mlp(Linear first, Linear second, Linear third) {
        static Mlp init(Key key) {
            List<Key> keys = key.split(3);
            return new Mlp(Linear.init(keys.get(0), 784, 512), Linear.init(keys.get(1), 512, 512),
                    Linear.init(keys.get(2), 512, 10));
        }

        Tensor loss(Tensor x, Tensor labels) {
            Tensor hidden = second.apply(first.apply(x).maximum(0)).maximum(0);
            return Nn.crossEntropy(third.apply(hidden), labels).mean();
        }
    }

    /** Two convolutions, each with a pool of the greatest, and two layers. */
    record Cnn(Tensor first, Tensor second, Linear wide, Linear narrow) {
        static Cnn init(Key key) {
            List<Key> keys = key.split(4);
            return new Cnn(Random.normal(keys.get(0), 3, 3, 1, 16).mul(0.3),
                    Random.normal(keys.get(1), 3, 3, 16, 32).mul(0.1),
                    Linear.init(keys.get(2), 7 * 7 * 32, 128), Linear.init(keys.get(3), 128, 10));
        }

        Tensor loss(Tensor x, Tensor labels) {
            Tensor y = rearrange(layer(layer(x, first), second), "b h w c -> b (h w c)");
            return Nn.crossEntropy(narrow.apply(wide.apply(y).maximum(0)), labels).mean();
        }

        private static Tensor layer(Tensor x, Tensor kernel) {
            Tensor y = Convolutions.conv(x, kernel, "b h w c, kh kw c o -> b h w o",
                    Slide.by(1).padded(Padding.SAME));
            return Convolutions.maxPool(y.maximum(0), "b [h w] c", TWO, 2, 2);
        }
    }

    /** Attention, and two layers with four times the features between. */
    record Block(Linear queries, Linear keys, Linear values, Linear mixed, Linear wide, Linear narrow) {
        static Block init(Key key, long features) {
            List<Linear> square = new ArrayList<>();
            List<Key> each = key.split(6);
            for (int i = 0; i < 4; i++) {
                square.add(Linear.init(each.get(i), features, features));
            }
            return new Block(square.get(0), square.get(1), square.get(2), square.get(3),
                    Linear.init(each.get(4), features, 4 * features),
                    Linear.init(each.get(5), 4 * features, features));
        }

        Tensor apply(Tensor x, int heads) {
            Tensor y = normal(x);
            Tensor seen = attention(heads(queries, y, heads), heads(keys, y, heads),
                    heads(values, y, heads));
            Tensor z = x.add(mixed.apply(rearrange(seen, "b h t d -> b t (h d)")));
            return z.add(narrow.apply(gelu(wide.apply(normal(z)))));
        }

        private static Tensor heads(Linear layer, Tensor x, int heads) {
            return rearrange(layer.apply(x), "b t (h d) -> b h t d", axis("h", heads));
        }

        private static Tensor normal(Tensor x) {
            Tensor centred = x.sub(x.mean(2).expandDims(2));
            return centred.div(centred.square().mean(2).expandDims(2).add(1e-5).sqrt());
        }

        private static Tensor gelu(Tensor x) {
            return x.mul(SpecialFunctions.erf(x.div(Math.sqrt(2))).add(1)).mul(0.5);
        }
    }

    /** Long short-term memory: what goes to the four gates from the input and from the last step. */
    record Lstm(Tensor input, Tensor state, Tensor bias) {
        static Lstm init(Key key, int features) {
            List<Key> keys = key.split(2);
            return new Lstm(Random.normal(keys.get(0), features, 4L * features).mul(0.05),
                    Random.normal(keys.get(1), features, 4L * features).mul(0.05),
                    zeros(4L * features));
        }

        private record Memory(Tensor hidden, Tensor cell) {}

        /** The hidden state after each step, of inputs by steps. */
        Tensor apply(Tensor steps) {
            int features = (int) state.shape().length(0);
            Tensor nothing = zeros(steps.shape().length(1), features);
            return ControlFlow.scan((Memory last, Tensor x) -> {
                Tensor gates = x.matmul(input).add(last.hidden().matmul(state)).add(bias);
                Tensor kept = last.cell().mul(sigmoid(part(gates, 0, features)));
                Tensor added = sigmoid(part(gates, 1, features))
                        .mul(part(gates, 2, features).tanh());
                Tensor cell = kept.add(added);
                Tensor hidden = sigmoid(part(gates, 3, features)).mul(cell.tanh());
                return new Carry<>(new Memory(hidden, cell), hidden);
            }, new Memory(nothing, nothing), steps).output();
        }
    }

    /** A gated recurrent unit, whose reset comes after the product with the last state. */
    record Gru(Tensor input, Tensor state, Tensor inputBias, Tensor stateBias) {
        static Gru init(Key key, int features) {
            List<Key> keys = key.split(2);
            return new Gru(Random.normal(keys.get(0), features, 3L * features).mul(0.05),
                    Random.normal(keys.get(1), features, 3L * features).mul(0.05),
                    zeros(3L * features), zeros(3L * features));
        }

        /** The hidden state after each step, of inputs by steps. */
        Tensor apply(Tensor steps) {
            int features = (int) state.shape().length(0);
            return ControlFlow.scan((Tensor last, Tensor x) -> {
                Tensor fresh = x.matmul(input).add(inputBias);
                Tensor old = last.matmul(state).add(stateBias);
                Tensor reset = sigmoid(part(fresh, 0, features).add(part(old, 0, features)));
                Tensor kept = sigmoid(part(fresh, 1, features).add(part(old, 1, features)));
                Tensor next = part(fresh, 2, features).add(reset.mul(part(old, 2, features))).tanh();
                Tensor hidden = next.add(kept.mul(last.sub(next)));
                return new Carry<>(hidden, hidden);
            }, zeros(steps.shape().length(1), features), steps).output();
        }
    }

    private static Tensor part(Tensor gates, int gate, int features) {
        return gates.slice(1, (long) gate * features, (gate + 1L) * features);
    }

    static Tensor attention(Tensor queries, Tensor keys, Tensor values) {
        Tensor scores = einsum(queries, keys, "b h t d, b h s d -> b h t s")
                .mul(1 / Math.sqrt((double) queries.shape().length(3)));
        return einsum(softmax(scores, 3), values, "b h t s, b h s d -> b h t d");
    }

    static Tensor softmax(Tensor x, int axis) {
        Tensor e = x.sub(x.max(axis).expandDims(axis)).exp();
        return e.div(e.sum(axis).expandDims(axis));
    }
}
