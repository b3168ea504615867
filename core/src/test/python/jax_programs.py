"""Writes programs with the answers of JAX, that JaxProgramsTest compares with. Needs jax and numpy; from the folder core run
    python src/test/python/jax_programs.py > src/test/resources/ricci/transform/jax-programs.tsv
Columns: a program; its results; the cotangents of its float inputs, or - where JAX has none. Tensors are separated by |,
their elements by blanks. Inputs and the cotangents of the results are as the function values() fills them."""
import os
os.environ['JAX_ENABLE_X64'] = '1'
import random
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax


def values(number, shape, dtype):
    i = np.arange(int(np.prod(shape)), dtype=np.int64)
    reals = (i * 7 + number * 3 + i * i) % 11 - 5
    return (reals if dtype == 'f64' else (i * 3 + number) % 5 - 1).reshape(shape).astype(
        np.float64 if dtype == 'f64' else np.int64)


def text(x):
    return ' '.join(repr(float(v)) if np.asarray(x).dtype == np.float64 else str(int(v)) for v in np.asarray(x).reshape(-1))


def brackets(list_):
    return '[' + ','.join(str(int(v)) for v in list_) + ']'


def emit(name, parameters, f, inputs, reverse=True):
    """inputs: pairs of shape and dtype."""
    arrays = [values(n, shape, dtype) for n, (shape, dtype) in enumerate(inputs)]
    results = f(*arrays)
    results = list(results) if isinstance(results, (tuple, list)) else [results]
    back = '-'
    if reverse:
        floats = [n for n, (_, dtype) in enumerate(inputs) if dtype == 'f64']

        def of_floats(*some):
            every = list(arrays)
            for n, x in zip(floats, some):
                every[n] = x
            y = f(*every)
            y = list(y) if isinstance(y, (tuple, list)) else [y]
            return [r for r in y if r.dtype == jnp.float64]
        y, pull = jax.vjp(of_floats, *[jnp.asarray(arrays[n]) for n in floats])
        back = '|'.join(text(c) for c in pull([jnp.asarray(values(n + 10, r.shape, 'f64')) for n, r in enumerate(y)]))
    letters = 'abcdefghij'
    type_ = lambda x: ('f64' if np.asarray(x).dtype == np.float64 else 'i64') + brackets(np.asarray(x).shape)
    names = letters[:len(inputs)]
    outs = 'uvw'[:len(results)]
    program = ('program(' + ', '.join(f'{n}: {d}{brackets(s)}' for n, (s, d) in zip(names, inputs)) + ') { '
               + ', '.join(f'{n}: {type_(r)}' for n, r in zip(outs, results)) + f' = {name}'
               + ('{' + ', '.join(f'{k}={v}' for k, v in parameters.items()) + '}' if parameters else '')
               + '(' + ', '.join(names) + ') return ' + ', '.join(outs) + ' }')
    print(program, '|'.join(text(r) for r in results), back, sep='\t')


def sliding(rng, axes, base):
    while True:
        s = dict(strides=[rng.randint(1, 3) for _ in axes], low=[rng.randint(-1, 2) for _ in axes],
                 high=[rng.randint(-1, 2) for _ in axes], baseDilation=[rng.choice([1, 1, 2, 3]) for _ in axes],
                 windowDilation=[rng.choice([1, 1, 2]) for _ in axes])
        dilated = [(n - 1) * d + 1 if n else 0 for n, d in zip(base, s['baseDilation'])]
        if all(l + n + h >= 0 for l, n, h in zip(s['low'], dilated, s['high'])):
            return s


def convolutions(rng):
    for _ in range(160):
        spatial = rng.randint(0, 3)
        rank = spatial + 2
        feature_groups, batch_groups = rng.choice([(1, 1), (1, 1), (2, 1), (3, 1), (1, 2), (1, 3)])
        batch = batch_groups * rng.randint(1, 2)
        inputs = rng.randint(1, 2)
        outputs = feature_groups * batch_groups * rng.randint(1, 2)
        base = [rng.randint(1, 4) for _ in range(spatial)]
        kernel = [rng.randint(1, 3) for _ in range(spatial)]
        orders = [rng.sample(range(rank), rank) for _ in range(3)]
        lhs = [0] * rank
        rhs = [0] * rank
        for axis, length in zip(orders[0], [batch, feature_groups * inputs] + base):
            lhs[axis] = length
        for axis, length in zip(orders[1], [outputs, inputs] + kernel):
            rhs[axis] = length
        s = sliding(rng, range(spatial), base)
        f = lambda x, w: lax.conv_general_dilated(
            x, w, s['strides'], list(zip(s['low'], s['high'])), s['baseDilation'], s['windowDilation'],
            lax.ConvDimensionNumbers(*[tuple(o) for o in orders]), feature_groups, batch_groups)
        parameters = dict(input=brackets(orders[0]), kernel=brackets(orders[1]), output=brackets(orders[2]),
                          **{k: brackets(v) for k, v in s.items()}, featureGroups=feature_groups,
                          batchGroups=batch_groups, result='f64')
        try:
            emit('convolution', parameters, f, [(lhs, 'f64'), (rhs, 'f64')])
        except ZeroDivisionError:
            pass


def windows(rng):
    for n in range(120):
        rank = rng.randint(0, 3)
        base = [rng.randint(1, 5) for _ in range(rank)]
        window = [rng.randint(1, 3) for _ in range(rank)]
        s = sliding(rng, range(rank), base)
        monoid, f, start = [('sum', lax.add, 0.), ('max', lax.max, -np.inf), ('min', lax.min, np.inf), ('prod', lax.mul, 1.)][n % 4]
        # JAX has no derivative of windows with holes between the elements, nor of products.
        reverse = monoid == 'sum' or (monoid != 'prod' and all(d == 1 for d in s['baseDilation'] + s['windowDilation'])
                                      and all(p >= 0 for p in s['low'] + s['high']) and rank > 0)
        g = lambda x: lax.reduce_window(x, start, f, window, s['strides'], list(zip(s['low'], s['high'])), s['baseDilation'],
                                        s['windowDilation'])
        parameters = dict(monoid=monoid, window=brackets(window), **{k: brackets(v) for k, v in s.items()})
        emit('reduceWindow', parameters, g, [(base, 'f64')], reverse)


def slices(rng):
    for n in range(40):
        rank = rng.randint(0, 3)
        base = [rng.randint(1, 5) for _ in range(rank)]
        sizes = [rng.randint(0, b) for b in base]
        starts = [((), 'i64')] * rank
        emit('dynamicSlice', dict(sizes=brackets(sizes)), lambda x, *i: lax.dynamic_slice(x, i, sizes), [(base, 'f64')] + starts)
        emit('dynamicUpdateSlice', {}, lambda x, u, *i: lax.dynamic_update_slice(x, u, i),
             [(base, 'f64'), (sizes, 'f64')] + starts)


def order(rng):
    for n in range(20):
        shape = [rng.randint(1, 4) for _ in range(rng.randint(0, 2))] + [rng.randint(0, 6)]
        k = rng.randint(0, shape[-1])
        emit('topK', dict(k=k, index='i64'), lambda x: [lax.top_k(x, k)[0], lax.top_k(x, k)[1].astype(np.int64)],
             [(shape, 'f64')])
        emit('clamp', {}, lax.clamp, [(shape, 'f64')] * 3)


def scatters(rng):
    mode = {'clip': lax.GatherScatterMode.CLIP, 'fill': lax.GatherScatterMode.FILL_OR_DROP}
    for n in range(100):
        combiner, f = [('set', lax.scatter), ('add', lax.scatter_add), ('mul', lax.scatter_mul), ('min', lax.scatter_min),
                       ('max', lax.scatter_max)][n % 5]
        length = rng.randint(1, 4)
        count = rng.randint(1, 5)
        row = rng.randint(1, 2)
        where = rng.choice(['clip', 'fill'])
        d = lax.ScatterDimensionNumbers((1,), (0,), (0,))
        emit('scatter', dict(offset='[1]', collapsed='[0]', operandBatch='[]', indexBatch='[]', indexed='[0]',
                             combiner=combiner, outOfBounds=where),
             lambda x, i, u: f(x, i, u, d, mode=mode[where]),
             [((length, row), 'f64'), ((count, 1), 'i64'), ((count, row), 'f64')], combiner != 'mul')


rng = random.Random(1)
convolutions(rng)
windows(rng)
slices(rng)
order(rng)
scatters(rng)
