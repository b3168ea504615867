"""What einops says to random calls of pack, unpack and parse_shape, good and bad.

Run with einops 0.8.2 and numpy 2, from this folder:

    python -W ignore packing_cases.py > ../resources/packing-cases.txt

A line is one of
    pack | pattern | shapes | shape of the result | its elements | the packed shapes
    unpack | pattern | shape | shapes of the pieces as asked | their shapes | their elements
    parseShape | pattern | shape | name=length …
with "rejected" and nothing after it where einops throws. Element i of tensor k is i + 100 k.

Left out is what Ricci decides differently on purpose: lengths of 0 beside packed axes and lists without pieces, where
einops fails or checks nothing, lengths below -1, and pieces around a length of -1 that overlap.
"""
import math
import random

import einops
import numpy as np

random.seed(7)
NAMES = ["a", "b", "c", "dd", "e1"]


def tensor(shape, k=0):
    return (np.arange(math.prod(shape)) + 100 * k).astype(np.float64).reshape(shape)


def text(shape):
    return ",".join(map(str, shape))


def elements(x):
    return " ".join(str(int(v)) for v in np.asarray(x).ravel())


def pattern():
    """Mostly right; sometimes a star too many, too few, or a name that is none."""
    words = random.sample(NAMES, random.randint(0, 3))
    words.insert(random.randint(0, len(words)), "*")
    spoil = random.random()
    if spoil < 0.03:
        words.remove("*")
    elif spoil < 0.06:
        words.append("*")
    elif spoil < 0.09:
        words.append(random.choice(["a_", "2", "(x)", "...", "_", "b-c", words[0]]))
    return random.choice([" ", "  ", "\t"]).join(words)


def pack():
    p = pattern()
    words = p.split()
    star = words.index("*") if "*" in words else 0
    lengths = {name: random.randint(1, 3) for name in words}
    shapes = []
    for _ in range(random.randint(1, 3)):
        shape = [lengths[name] for name in words if name != "*"]
        middle = [random.randint(1, 3) for _ in range(random.randint(0, 2))]
        shape[star:star] = middle
        if shape and random.random() < 0.04:
            shape[random.randrange(len(shape))] += 1
        if shape and random.random() < 0.03:
            shape.pop()
        shapes.append(shape)
    call = f"pack | {p} | {';'.join(map(text, shapes))} | "
    try:
        x, ps = einops.pack([tensor(s, k) for k, s in enumerate(shapes)], p)
        return call + f"{text(x.shape)} | {elements(x)} | {';'.join(map(text, ps))}"
    except Exception:
        return call + "rejected | |"


def unpack():
    p = pattern()
    words = p.split()
    star = words.index("*") if "*" in words else 0
    pieces = [[random.randint(1, 3) for _ in range(random.randint(0, 2))] for _ in range(random.randint(1, 3))]
    total = sum(math.prod(s) for s in pieces)
    shape = [total if name == "*" else random.randint(1, 3) for name in words]
    if random.random() < 0.3:
        piece = random.choice(pieces)
        if piece:
            piece[random.randrange(len(piece))] = -1
    if random.random() < 0.1:
        piece = random.choice(pieces)
        piece.append(random.choice([2, -1]))
    if random.random() < 0.05:
        shape.append(2)
    known = sum(math.prod(s) for s in pieces if -1 not in s)
    opened = [s for s in pieces if -1 in s]
    if opened and known > (shape[star] if star < len(shape) else 0):
        return None
    call = f"unpack | {p} | {text(shape)} | {';'.join(map(text, pieces))} | "
    try:
        parts = einops.unpack(tensor(shape), [tuple(s) for s in pieces], p)
        return call + f"{';'.join(text(x.shape) for x in parts)} | " + " ".join(map(elements, parts))
    except Exception:
        return call + "rejected |"


def parse_shape():
    shape = [random.randint(0, 3) for _ in range(random.randint(0, 4))]
    names = random.sample(NAMES, len(NAMES))
    words = []
    for length in shape:
        words.append(random.choice([names.pop() if names else "_", "_", str(length), f"({names[0]})" if names else "_",
                                    "1", "()", f"(1 {names[0]} 1)" if names else "_", "(a b)"])
                     if random.random() < 0.5 else (names.pop() if names else "_"))
        if words[-1].startswith("(") and names and names[0] in words[-1]:
            names.pop(0)
    if random.random() < 0.4 and words:
        start = random.randrange(len(words))
        words[start:start + random.randint(0, 2)] = ["..."]
    if random.random() < 0.05:
        words.append(random.choice(["...", "a", "x_", "0", "->", "((a))", ")"]))
    p = " ".join(words)
    call = f"parseShape | {p} | {text(shape)} | "
    try:
        return call + " ".join(f"{k}={v}" for k, v in einops.parse_shape(tensor(shape), p).items())
    except Exception:
        return call + "rejected"


seen = set()
for make, count in ((pack, 160), (unpack, 160), (parse_shape, 200)):
    made = 0
    while made < count:
        row = make()
        if row and row not in seen:
            seen.add(row)
            print(row)
            made += 1
