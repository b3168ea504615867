// Fits a line to points, and prints the program that is differentiated: ./ricci run examples/Line.java

import static ricci.Ricci.*;
import static ricci.einops.Einops.*;

import ricci.*;

record Line(Tensor slope, Tensor intercept) {}

Tensor loss(Line line, Tensor x, Tensor y) {
    var predicted = einsum(x, line.slope(), "n i, i -> n").add(line.intercept());
    return predicted.sub(y).square().mean();
}

void main() {
    var x = ricci.Random.normal(Key.of(1), 100, 2);
    var y = einsum(x, tensor(new float[] {3, -2}), "n i, i -> n").add(0.5);
    var step = jit((Line line, Tensor a, Tensor b) ->
            Tree.map(line, grad(this::loss).apply(line, a, b), (p, slope) -> p.sub(slope.mul(0.1))));
    var line = new Line(zeros(2), tensor(0f));
    for (int i = 0; i < 100; i++) {
        line = step.apply(line, x, y);
    }
    IO.println(line);
    IO.println(program(this::loss, line, x, y));
}
