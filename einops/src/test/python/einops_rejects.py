"""Checks that einops 0.8.2 rejects every call of ../resources/rejections.txt. Run from this folder."""
import sys

import einops
import numpy as np

accepted = []
for line in open("../resources/rejections.txt", encoding="utf-8"):
    if line.startswith("#"):
        continue
    kind, function, pattern, axes, shapes = line.rstrip("\n").replace(" | ", " |").split(" |")
    pattern = pattern.replace("\\t", "\t").replace("\\n", "\n")
    for escape in ["00a0", "0301", "00b7"]:
        pattern = pattern.replace("\\u" + escape, chr(int(escape, 16)))
    lengths = {name: int(length) for name, length in (pair.split("=") for pair in axes.split())}
    tensors = [np.ones([int(n) for n in shape.split(",") if n.strip()]) for shape in shapes.split(";")]
    x = tensors[0] if len(tensors) == 1 else tensors
    try:
        if function == "einsum":
            einops.einsum(*tensors, pattern, **lengths)
        elif function in ("rearrange", "repeat"):
            getattr(einops, function)(x, pattern, **lengths)
        else:
            einops.reduce(x, pattern, "sum" if function == "reduce" else function, **lengths)
    except Exception:
        continue
    accepted.append(line)
print("".join(accepted) or "all are rejected", end="\n")
sys.exit(bool(accepted))
