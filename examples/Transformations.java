// What can be made of functions. Start it from Ricci's folder: ./ricci run examples/Transformations.java

import static ricci.Checkpoint.*;
import static ricci.Collectives.*;
import static ricci.ControlFlow.*;
import static ricci.Convolutions.*;
import static ricci.CustomDerivatives.*;
import static ricci.Derivatives.*;
import static ricci.Parallel.*;
import static ricci.Ricci.*;
import static ricci.einops.Einops.*;

import ricci.*;
import ricci.ir.DType;

record Line(Tensor slope, Tensor intercept) {}

Tensor loss(Line line, Tensor x, Tensor y) {
    return x.mul(line.slope()).add(line.intercept()).sub(y).square();
}

// Newton's method for the square root: a loop of open length, with a gradient because it has a limit.
Tensor root(Tensor x) {
    return whileLoop(y -> y.square().sub(x).abs().gt(1e-12), y -> y.add(x.div(y)).mul(0.5), x, 50);
}

// A gradient that is clipped on its way back.
final Fn<Tensor, Tensor> clipped = customVjp((Tensor x) -> x, (Tensor x) -> new Pair<>(x, x.shape()),
        (shape, ct) -> ct.clip(-1, 1));

void main() {
    var x = tensor(new double[] {0, 1, 2, 3});
    var y = tensor(new double[] {1, 3, 5, 7});
    var line = new Line(tensor(1.0), tensor(0.0));

    show("gradient of each example, a record", vmap(grad(this::loss), inAxes(NONE, 0, 0)).apply(line, x, y));
    Fn3<Line, Tensor, Tensor, Tensor> mean = (l, a, b) -> pmean(loss(l, a, b), "i");
    var shards = pmap(mean, inAxes(NONE, 0, 0).named("i"), outAxis(NONE));
    show("gradient of their mean, each on a thread", jit(grad(shards)).apply(line, x, y));

    show("roots, each by a loop of its own", vmap(this::root).apply(y));
    show("and their slopes, 1 / (2 root)", vmap(grad(this::root)).apply(y));
    var decay = scan((Tensor state, Tensor in) -> {
        var next = state.mul(0.5).add(in);
        return new Carry<>(next, next);
    }, tensor(0.0), y);
    show("a scan: each the half of the last, and the next", decay.output());
    Fn2<Line, Line, Line> then = (p, q) -> new Line(p.slope().mul(q.slope()),
            p.intercept().mul(q.slope()).add(q.intercept()));
    show("the same at once", associativeScan(then, new Line(full(y.type(), 0.5), y), 0, false).intercept());

    show("a clipped gradient", grad((Tensor a) -> clipped.apply(a.mul(2)).square().sum()).apply(x));
    var waves = checkpoint((Tensor a) -> a.sin().exp());
    show("computed again instead of kept", grad((Tensor a) -> waves.apply(a).sum()).apply(x));
    show("a hessian", hessian((Tensor a) -> a.prod()).apply(tensor(new double[] {1, 2, 3})));

    var matrix = tensor(new double[] {4, 1, 1, 3}, 2, 2);
    show("a solution", Linalg.solve(matrix, tensor(new double[] {1, 2})));
    show("gradient of log det: the inverse", grad((Tensor a) -> Linalg.slogdet(a).logAbsDet()).apply(matrix));
    show("strength of each frequency", Fft.rfft(x.mul(Math.PI / 2).cos()).abs());
    var edges = tensor(new double[] {1, 0, -1}, 3, 1, 1);
    show("a convolution", rearrange(conv(rearrange(y.square(), "t -> 1 t 1"), edges,
            "b t c, kt c o -> b t o"), "1 t 1 -> t"));

    var table = arange(12).reshape(3, 4);
    show("rows 0 and 2, every second column", table.get(at(0, 2), slice(0, 4, 2)));
    show("with a 1 counted in for each label", zeros(DType.I32, 4).at(tensor(new int[] {1, 3, 1})).add(1));
    IO.println("\nThe program of a gradient:\n" + program(grad(this::loss), line, tensor(2.0), tensor(5.0)));
}

void show(String what, Object value) {
    IO.println(what + ":\n" + value.toString().indent(4).stripTrailing());
}
