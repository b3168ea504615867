"""What einops says to some hundreds of random calls, good and bad.

Run with einops 0.8.2 and numpy 2, from this folder:

    python -W ignore cases.py > ../resources/einops-cases.txt

A line is: function | pattern | axis lengths | shapes | shape of the result | its elements, or "rejected" for the last
two. Element i of tensor k is i for rearrange and repeat, else (7 i + 3 k) mod 5. Several shapes to a function other
than einsum are a list of tensors.

Left out is what Ricci decides differently on purpose: lengths that are 1 in one operand of an einsum and stretch to
another's of the same name, and the character that einops uses for an ellipsis internally.
"""
import math
import random
import re

import einops
import numpy as np

random.seed(20)
NAMES = ["a", "b", "c", "dd", "e1", "f_f"]
REDUCTIONS = ["sum", "mean", "max", "min", "prod", "any", "all"]


def data(function, shape, k):
    index = np.arange(math.prod(shape))
    values = index + 100 * k if function in ("rearrange", "repeat") else (7 * index + 3 * k) % 5
    return values.astype(np.float64).reshape(shape)


def run(function, pattern, axes, shapes):
    tensors = [data(function, shape, k) for k, shape in enumerate(shapes)]
    x = tensors[0] if len(tensors) == 1 else tensors
    if function == "einsum":
        return einops.einsum(*tensors, pattern)
    if function in REDUCTIONS:
        return einops.reduce(x, pattern, function, **axes)
    return getattr(einops, function)(x, pattern, **axes)


def row(function, pattern, axes, shapes):
    lengths = " ".join(f"{name}={length}" for name, length in axes.items())
    call = f"{function} | {pattern} | {lengths} | " + ";".join(",".join(map(str, shape)) for shape in shapes)
    try:
        result = np.asarray(run(function, pattern, axes, shapes))
    except Exception:
        return f"{call} | rejected |"
    elements = " ".join(repr(float(x)) for x in result.astype(np.float32).ravel())
    return f"{call} | {','.join(map(str, result.shape))} | {elements}"


def spell(items):
    """Lists are groups, with the spaces that the notation lets one leave out left out at times."""
    text = ""
    for item in items:
        if isinstance(item, list):
            item = "(" + random.choice(["", " "]) + " ".join(item) + random.choice(["", " "]) + ")"
            text += item if random.random() < 0.5 else " " + item + " "
        else:
            text += ("" if not text or text.endswith(("(", ")", " ")) else " ") + item
    return text


def grouped(axes):
    items = []
    axes = list(axes)
    while axes:
        if random.random() < 0.4:
            count = random.randint(0, min(3, len(axes)))
            group = axes[:count]
            if random.random() < 0.2:
                group.insert(random.randint(0, len(group)), "1")
            items.append(group)
            axes = axes[count:]
        else:
            items.append(axes.pop(0))
    for _ in range(random.choice([0, 0, 0, 1])):
        items.insert(random.randint(0, len(items)), random.choice(["1", [], ["1"]]))
    return items


def product(item, lengths):
    parts = item if isinstance(item, list) else [item]
    return math.prod(int(p) if p.isdecimal() else lengths[p] for p in parts)


def transformation(function):
    names = random.sample(NAMES, random.randint(0, 5))
    zero = random.random() < 0.08
    lengths = {name: random.choice([0, 1, 2]) if zero else random.choice([1, 2, 2, 3]) for name in NAMES}
    left, right = list(names), list(names)
    if function == "repeat":
        cut = random.randint(0, len(names))
        left = names[:cut]
        if random.random() < 0.3:
            right.append(random.choice(["2", "3"]))
    elif function != "rearrange":
        right = names[: random.randint(0, len(names))]
        if random.random() < 0.3:
            left.append(random.choice(["2", "3"]))
    random.shuffle(left)
    random.shuffle(right)
    left, right = grouped(left), grouped(right)
    shape = [product(item, lengths) for item in left]
    given = {}
    for item in left:
        if isinstance(item, list):
            named = [name for name in item if not name.isdecimal()]
            unknown = random.choice(named) if named and random.random() < 0.8 else None
            given.update({name: lengths[name] for name in named if name != unknown})
    flat = [name for item in left for name in (item if isinstance(item, list) else [item])]
    for item in right:
        for name in item if isinstance(item, list) else [item]:
            if name not in flat and not name.isdecimal():
                given[name] = lengths[name]
    if random.random() < 0.3:
        dots = [random.choice([1, 2, 3]) for _ in range(random.randint(0, 2))]
        place = random.randint(0, len(left))
        left.insert(place, "...")
        shape[place:place] = dots
        groups = [item for item in right if isinstance(item, list)]
        if function in ("rearrange", "repeat") or random.random() < 0.7:
            if groups and random.random() < 0.4:
                group = random.choice(groups)
                group.insert(random.randint(0, len(group)), "...")
            else:
                right.insert(random.randint(0, len(right)), "...")
    shapes = [shape]
    if shape and shape[0] in (2, 3) and random.random() < 0.1:
        shapes = [shape[1:]] * shape[0]
    keys = list(given)
    random.shuffle(keys)
    return spell(left) + random.choice(["->", " -> "]) + spell(right), {k: given[k] for k in keys}, shapes


def contraction():
    lengths = {name: random.choice([1, 2, 2, 3]) for name in NAMES + ["_"]}
    if random.random() < 0.05:
        lengths["b"] = 0
    dots = [random.choice([2, 3]) for _ in range(random.randint(0, 2))]
    inputs, shapes, used, ellipsis = [], [], [], False
    for _ in range(random.choice([1, 2, 2, 2, 3, 3, 4])):
        names = [random.choice(NAMES + ["_"]) for _ in range(random.randint(0, 3))]
        shape = [lengths[name] for name in names]
        items = [[name] if random.random() < 0.03 else name for name in names]
        if random.random() < 0.3:
            ellipsis = True
            place = random.randint(0, len(names))
            items.insert(place, "...")
            own = [random.choice([1, d, d]) for d in dots[random.randint(0, len(dots)):]]
            shape[place:place] = own
        used += names
        inputs.append(spell(items))
        shapes.append(shape)
    names = sorted(set(used))
    output = random.sample(names, random.randint(0, min(4, len(names))))
    if ellipsis and random.random() < 0.9:
        output.insert(random.randint(0, len(output)), "...")
    return ", ".join(inputs) + " -> " + spell(output), {}, shapes


def spoiled(pattern, axes, shapes):
    """The call with one small fault, or with something that only looks like one."""
    axes, shapes = dict(axes), [list(shape) for shape in shapes]
    kind = random.randint(0, 5)
    if kind <= 2:
        place = random.randrange(len(pattern) + 1)
        cut = random.choice([0, 0, 1, 1, 2, 3])
        inserted = random.choice(["", "", "a", "b", "(", ")", "1", "2", "0", " ", " c ", "...", ".", ",", "_", "-", "->"])
        pattern = pattern[:place] + inserted + pattern[place + cut:]
    elif kind == 3 and axes:
        name = random.choice(list(axes))
        if random.random() < 0.5:
            del axes[name]
        else:
            axes[name] += 1
    elif kind == 4 and shapes[0]:
        place = random.randrange(len(shapes[0]))
        shapes[0][place] += random.choice([1, 2])
    else:
        shapes[-1].insert(random.randint(0, len(shapes[-1])), random.choice([1, 2]))
    return pattern, axes, shapes


def stretches(pattern, shapes):
    """Whether a named axis of an einsum is 1 here and longer there."""
    lengths = {}
    for side, shape in zip(pattern.split("->")[0].split(","), shapes):
        names = re.sub(r"[()]", " ", side).split()
        if "..." in names:
            place = names.index("...")
            after = len(names) - place - 1
            pairs = list(zip(names[:place], shape)) + list(zip(names[place + 1:], shape[len(shape) - after:]))
        else:
            pairs = zip(names, shape)
        for name, length in pairs:
            lengths.setdefault(name, set()).add(length)
    return any(len(found) > 1 and 1 in found for found in lengths.values())


def size(pattern, axes, shapes):
    return sum(math.prod(shape) for shape in shapes) * math.prod(axes.values())


def main():
    print("# einops", einops.__version__, "and numpy", np.__version__, "wrote this: see cases.py")
    rows = {}
    for function, count in [("rearrange", 120), ("repeat", 100), ("einsum", 160)] + [(r, 22) for r in REDUCTIONS]:
        while count > 0:
            call = contraction() if function == "einsum" else transformation(function)
            if random.random() < 0.35:
                call = spoiled(*call)
            if size(*call) > 100 or (function == "einsum" and stretches(call[0], call[2])):
                continue
            line = row(function, *call)
            if len(line) < 600 and line not in rows:
                rows[line] = True
                count -= 1
    print("\n".join(rows))


main()
