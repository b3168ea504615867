package ricci.bench;

import static ricci.Ricci.grad;
import static ricci.Ricci.jit;
import static ricci.Ricci.valueAndGrad;
import static ricci.einops.Einops.axis;
import static ricci.einops.Einops.einsum;
import static ricci.einops.Einops.rearrange;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import ricci.Fn;
import ricci.Fn2;
import ricci.Key;
import ricci.Random;
import ricci.Ricci;
import ricci.Tensor;
import ricci.ValueAndGrad;
import ricci.ir.DType;
import ricci.nn.Adam;
import ricci.nn.Linear;
import ricci.nn.Nn;
import ricci.nn.Optimizer;

/** Programs for which it matters how long it takes until they run. */
enum Models {
    /** One more than a number. */
    SCALAR {
        @Override
        Supplier<Object> prepare() {
            Fn<Tensor, Tensor> f = jit((Tensor x) -> x.add(1));
            Tensor x = Ricci.tensor(1f);
            return () -> f.apply(x);
        }
    },
    /** A step of Adam for layers of 784, 512, 512 and 10, with 128 examples. */
    MLP_STEP {
        @Override
        Supplier<Object> prepare() {
            List<Key> keys = Key.of(0).split(5);
            Adam adam = new Adam(0.001);
            Tensor x = Random.normal(keys.get(3), 128, 784);
            Tensor labels = Random.randint(keys.get(4), DType.I32, 0, 10, 128);
            Fn<Mlp, ValueAndGrad<Mlp>> loss = valueAndGrad((Mlp p) -> p.loss(x, labels));
            Fn<Optimizer.State<Mlp>, Optimizer.State<Mlp>> step = jit(state ->
                    adam.step(state, loss.apply(state.params()).grad()));
            var state = adam.init(new Mlp(Linear.init(keys.get(0), 784, 512),
                    Linear.init(keys.get(1), 512, 512), Linear.init(keys.get(2), 512, 10)));
            return () -> step.apply(state);
        }
    },
    /** 1,500 elementwise equations in a chain. */
    CHAIN {
        @Override
        Supplier<Object> prepare() {
            Fn<Tensor, Tensor> f = jit((Tensor x) -> {
                Tensor y = x;
                for (int i = 0; i < 500; i++) {
                    y = y.mul(0.999).add(x).tanh();
                }
                return y;
            });
            Tensor x = Ricci.zeros(DType.F32, 1000);
            return () -> f.apply(x);
        }
    },
    /** The gradient of six equal transformer blocks, of 4 sequences of 64 vectors of 128 features. */
    TRANSFORMER {
        @Override
        Supplier<Object> prepare() {
            List<Key> keys = Key.of(0).split(7);
            List<Block> blocks = keys.subList(0, 6).stream().map(Block::init).toList();
            Tensor x = Random.normal(keys.get(6), 4, 64, 128);
            Fn2<List<Block>, Tensor, List<Block>> f = jit(grad((List<Block> all, Tensor input) -> {
                Tensor y = input;
                for (Block block : all) {
                    y = block.apply(y);
                }
                return y.square().mean();
            }));
            return () -> f.apply(blocks, x);
        }
    },
    /** Softmax of the rows of a matrix. */
    SOFTMAX {
        @Override
        Supplier<Object> prepare() {
            Fn<Tensor, Tensor> f = jit((Tensor x) -> Models.softmax(x, 1));
            Tensor x = Random.normal(Key.of(0), 1024, 1024);
            return () -> f.apply(x);
        }
    };

    /** Everything but the first call. */
    abstract Supplier<Object> prepare();

    private static Tensor softmax(Tensor x, int axis) {
        Tensor e = x.sub(x.max(axis).expandDims(axis)).exp();
        return e.div(e.sum(axis).expandDims(axis));
    }

    private record Mlp(Linear first, Linear second, Linear third) {
        Tensor loss(Tensor x, Tensor labels) {
            Tensor hidden = second.apply(first.apply(x).maximum(0)).maximum(0);
            return Nn.crossEntropy(third.apply(hidden), labels).mean();
        }
    }

    /** Attention of 4 heads, and two layers of 512 features between. */
    private record Block(Linear queries, Linear keys, Linear values, Linear mixed, Linear wide,
            Linear narrow) {
        static Block init(Key key) {
            List<Linear> square = new ArrayList<>();
            List<Key> each = key.split(6);
            for (int i = 0; i < 4; i++) {
                square.add(Linear.init(each.get(i), 128, 128));
            }
            return new Block(square.get(0), square.get(1), square.get(2), square.get(3),
                    Linear.init(each.get(4), 128, 512), Linear.init(each.get(5), 512, 128));
        }

        Tensor apply(Tensor x) {
            Tensor y = normal(x);
            Tensor scores = einsum(heads(queries, y), heads(keys, y), "b h t d, b h s d -> b h t s");
            Tensor seen = einsum(softmax(scores.mul(1 / Math.sqrt(32)), 3), heads(values, y),
                    "b h t s, b h s d -> b h t d");
            Tensor z = x.add(mixed.apply(rearrange(seen, "b h t d -> b t (h d)")));
            return z.add(narrow.apply(wide.apply(normal(z)).maximum(0)));
        }

        private static Tensor heads(Linear layer, Tensor x) {
            return rearrange(layer.apply(x), "b t (h d) -> b h t d", axis("h", 4));
        }

        private static Tensor normal(Tensor x) {
            Tensor centred = x.sub(x.mean(2).expandDims(2));
            return centred.div(centred.square().mean(2).expandDims(2).add(1e-5).sqrt());
        }
    }
}
