package ricci;

import java.util.List;
import ricci.ir.DType;
import ricci.ir.Op.Binary.Function;

/**
 * Poisson numbers: below a rate of 10 by multiplying uniform numbers until the product is too small (Knuth),
 * else by transformed rejection (Hörmann 1993, "The transformed rejection method for generating Poisson
 * random variables"). All elements are drawn together, as in JAX, until the last is accepted.
 */
final class PoissonSampler {
    /** The factors so far, and the logarithm of their product. */
    record Product(Key key, Tensor count, Tensor log) {}

    record Proposal(Key key, Tensor k, Tensor accepted) {}

    /** What does not change from proposal to proposal. */
    private record Hat(Tensor rate, Tensor log, Tensor a, Tensor b, Tensor inverse, Tensor limit) {
        static Hat of(Tensor rate) {
            Tensor b = rate.sqrt().mul(2.53).add(0.931);
            return new Hat(rate, rate.log(), b.mul(0.02483).add(-0.059), b,
                    over(1.1328, b.sub(3.4)).add(1.1239), over(3.6224, b.sub(2)).neg().add(0.9277));
        }

        private static Tensor over(double x, Tensor y) {
            return Elementwise.weak(x, y).div(y);
        }
    }

    private PoissonSampler() {}

    /** i32, for rates in f32; -1 where a rate is NaN, negative or infinite. */
    static Tensor sample(Key key, Tensor rate) {
        Arguments.given("poisson", "the key", key);
        Tensor isSmall = either(rate.ne(rate), rate.lt(10));
        Tensor small = Ricci.where(isSmall, rate, 0);
        // Of the large rates a larger one takes fewest proposals; that of others is not used.
        Tensor isLarge = both(rate.ge(10), rate.lt(Double.POSITIVE_INFINITY));
        Tensor large = Ricci.where(isLarge, rate, 1e5);
        Tensor counts = Ricci.where(isSmall, byProduct(key, small),
                Ricci.where(isLarge, byRejection(key, Hat.of(large)), -1));
        return Ricci.where(rate.eq(0), 0, counts);
    }

    private static Tensor byProduct(Key key, Tensor rate) {
        Product none = new Product(key, Ricci.zerosLike(rate).to(DType.I32), Ricci.zerosLike(rate));
        Product all = ControlFlow.whileLoop(p -> p.log().gt(rate.neg()).any(), p -> {
            List<Key> keys = p.key().split(2);
            Tensor isOpen = p.log().gt(rate.neg());
            Tensor u = Random.unit(keys.getLast(), DType.F32, rate.shape().toArray());
            return new Product(keys.getFirst(), Ricci.where(isOpen, p.count().add(1), p.count()),
                    p.log().add(u.log()));
        }, none);
        return all.count().sub(1);
    }

    private static Tensor byRejection(Key key, Hat hat) {
        Tensor open = Ricci.zerosLike(hat.rate());
        Proposal first = new Proposal(key, open.sub(1), open.to(DType.BOOL));
        Proposal last = ControlFlow.whileLoop(p -> p.accepted().eq(open.to(DType.BOOL)).any(),
                p -> next(p, hat), first);
        return last.k().to(DType.I32);
    }

    private static Proposal next(Proposal before, Hat hat) {
        long[] lengths = hat.rate().shape().toArray();
        List<Key> keys = before.key().split(3);
        Tensor u = Random.unit(keys.get(1), DType.F32, lengths).sub(0.5);
        Tensor v = Random.unit(keys.get(2), DType.F32, lengths);
        Tensor distance = u.abs().neg().add(0.5);
        Tensor k = SpecialFunctions.floor(
                hat.a().mul(2).div(distance).add(hat.b()).mul(u).add(hat.rate()).add(0.43));
        Tensor s = v.mul(hat.inverse()).div(hat.a().div(distance.mul(distance)).add(hat.b())).log();
        Tensor t = hat.rate().neg().add(k.mul(hat.log())).sub(SpecialFunctions.gammaln(k.add(1)));
        Tensor isSure = both(distance.ge(0.07), v.le(hat.limit()));
        Tensor isOut = either(k.lt(0), both(distance.lt(0.013), v.gt(distance)));
        Tensor accepted = either(isSure, both(isOut.eq(Ricci.zerosLike(isOut)), s.le(t)));
        return new Proposal(keys.getFirst(), Ricci.where(accepted, k, before.k()),
                either(before.accepted(), accepted));
    }

    private static Tensor both(Tensor x, Tensor y) {
        return Elementwise.binary(Function.AND, x, y);
    }

    private static Tensor either(Tensor x, Tensor y) {
        return Elementwise.binary(Function.OR, x, y);
    }
}
