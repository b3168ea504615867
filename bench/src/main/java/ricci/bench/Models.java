package ricci.bench;

import static ricci.Ricci.grad;
import static ricci.Ricci.jit;
import static ricci.Ricci.valueAndGrad;

import java.util.List;
import java.util.function.Supplier;
import ricci.Fn;
import ricci.Fn2;
import ricci.Key;
import ricci.Random;
import ricci.Ricci;
import ricci.Tensor;
import ricci.ValueAndGrad;
import ricci.bench.Networks.Block;
import ricci.bench.Networks.Mlp;
import ricci.ir.DType;
import ricci.nn.Adam;
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
            List<Key> keys = Key.of(0).split(3);
            Adam adam = new Adam(0.001);
            Tensor x = Random.normal(keys.get(1), 128, 784);
            Tensor labels = Random.randint(keys.get(2), DType.I32, 0, 10, 128);
            Fn<Mlp, ValueAndGrad<Mlp>> loss = valueAndGrad((Mlp p) -> p.loss(x, labels));
            Fn<Optimizer.State<Mlp>, Optimizer.State<Mlp>> step = jit(state ->
                    adam.step(state, loss.apply(state.params()).grad()));
            var state = adam.init(Mlp.init(keys.get(0)));
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
            List<Block> blocks = keys.subList(0, 6).stream().map(key -> Block.init(key, 128)).toList();
            Tensor x = Random.normal(keys.get(6), 4, 64, 128);
            Fn2<List<Block>, Tensor, List<Block>> f = jit(grad((List<Block> all, Tensor input) -> {
                Tensor y = input;
                for (Block block : all) {
                    y = block.apply(y, 4);
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
            Fn<Tensor, Tensor> f = jit((Tensor x) -> Networks.softmax(x, 1));
            Tensor x = Random.normal(Key.of(0), 1024, 1024);
            return () -> f.apply(x);
        }
    };

    /** Everything but the first call. */
    abstract Supplier<Object> prepare();
}
