"""How cheap the paths are that numpy and opt_einsum find for some random einsums.

Run with numpy 2 and opt_einsum 3.4, from this folder:

    python einsum_paths.py > ../resources/einsum-paths.txt

A line is: pattern | shapes | multiply-adds of numpy's path | of opt_einsum's. A contraction of two tensors takes as
many as the product of the lengths of all their axes; one of n tensors at once, which numpy leaves alone at times,
n - 1 times as many.
"""
import math
import random

import numpy as np
import opt_einsum

random.seed(11)
NO_LIMIT = 1 << 60


def multiply_adds(path, inputs, output, lengths):
    operands = [set(axes) for axes in inputs]
    total = 0
    for step in path:
        chosen = [operands.pop(i) for i in sorted(step, reverse=True)]
        union = set().union(*chosen)
        total += math.prod(lengths[axis] for axis in union) * max(1, len(chosen) - 1)
        operands.append(union & set(output).union(*operands))
    return total


def row(inputs, output, lengths):
    equation = ",".join(map("".join, inputs)) + "->" + "".join(output)
    shapes = [tuple(lengths[axis] for axis in axes) for axes in inputs]
    tensors = [np.broadcast_to(np.float32(0), shape) for shape in shapes]
    theirs = [np.einsum_path(equation, *tensors, optimize=("optimal", NO_LIMIT))[0][1:],
              opt_einsum.contract_path(equation, *shapes, shapes=True, optimize="optimal")[0]]
    costs = " | ".join(str(multiply_adds(path, inputs, output, lengths)) for path in theirs)
    pattern = ", ".join(map(" ".join, inputs)) + " -> " + " ".join(output)
    print(f"{pattern} | {';'.join(','.join(map(str, shape)) for shape in shapes)} | {costs}")


def random_row():
    names = "abcdefgh"[: random.randint(3, 8)]
    lengths = {name: random.choice([2, 3, 5, 7, 10, 30, 70, 100, 700]) for name in names}
    inputs = [random.sample(names, random.randint(1, min(4, len(names)))) for _ in range(random.randint(2, 6))]
    used = sorted(set().union(*inputs))
    row(inputs, random.sample(used, random.randint(0, min(3, len(used)))), lengths)


print(f"# numpy {np.__version__} and opt_einsum {opt_einsum.__version__} wrote this: see einsum_paths.py")
for i, j, k, l in [(70, 70, 70, 70), (70, 70, 700, 10), (10, 700, 70, 70), (700, 2, 700, 2), (2, 700, 2, 700)]:
    row(["ij", "jk", "kl"], "il", dict(i=i, j=j, k=k, l=l))
for _ in range(120):
    random_row()
