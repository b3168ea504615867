"""Writes the answers of NumPy that NumpyAnswersTest, IndexExpressionTest and PrintOptionsTest compare with. From the folder core run
    python src/test/python/numpy_answers.py src/test/resources/ricci
Files: numpy-answers.tsv and numpy-index.tsv (case, dtype, shape, elements), numpy-prints.txt (what is printed, then the text)."""
import random
import sys
import numpy as np

FOLDER = sys.argv[1]
NAMES = {'float32': 'f32', 'float64': 'f64', 'float16': 'f16', 'int8': 'i8', 'uint8': 'u8',
         'int16': 'i16', 'int32': 'i32', 'int64': 'i64', 'bool': 'bool'}


def row(case, x):
    x = np.asarray(x)
    dtype = NAMES[str(x.dtype)]
    if dtype.startswith('f'):
        values = [float(v).hex() if np.isfinite(float(v)) else str(float(v)) for v in x.reshape(-1)]
    else:
        values = [str(int(v)) for v in x.reshape(-1)]
    return '\t'.join([case, dtype, 'x'.join(map(str, x.shape)) or '-', ' '.join(values)])


def answers():
    r = np.random.default_rng(7)
    out = {}
    x = out['in x'] = np.round(r.normal(size=(3, 4)), 3)
    y = out['in y'] = np.round(r.normal(size=(3, 4)), 3)
    z = out['in z'] = np.round(r.normal(size=(2, 3, 4)), 3)
    v = out['in v'] = np.round(r.normal(size=7), 3)
    w = out['in w'] = np.round(r.random(7), 3)
    n = out['in n'] = np.array([[1, np.nan, 3, -2], [np.nan, np.nan, 0.5, 7], [4, 4, -1, np.nan]])
    s = out['in s'] = np.array([0.0, -0.0, 1, -1, np.inf, -np.inf, np.nan, 2.5, -2.5, 0.5])
    t = out['in t'] = np.array([1.0, -1.0, -0.0, 2, -np.inf, 1, 1, -2, np.nan, -0.3])
    i = out['in i'] = np.array([[7, -7, 0, 5], [-3, 3, 8, -8], [1, 6, -5, 2]])
    j = out['in j'] = np.array([[3, 3, -4, -5], [2, -2, 3, 3], [-1, 4, 2, -7]])
    p = out['in p'] = np.array([[2, 0, 1], [1, 1, -1]])
    order = out['in order'] = np.array([[3, 0, 1, 2], [0, 1, 2, 3], [2, 2, 0, 1]])
    b = out['in b'] = np.array([[True, False, True, True], [False] * 4, [True] * 4])
    with np.errstate(all='ignore'):
        creation(out, x, v)
        manipulation(out, x, y, z, v, p, order)
        statistics(out, x, y, z, v, w, n, b)
        arithmetic(out, x, y, s, t, i, j, v)
        logic(out, i, j, s, t, n, b, x)
        searching(out, i, b, p, v)
        products(out, x, y, z, v)
    with open(FOLDER + '/numpy-answers.tsv', 'w') as f:
        f.writelines(row(case, value) + '\n' for case, value in out.items())


def creation(o, x, v):
    o['arange 2 11 3'] = np.arange(2, 11, 3)
    o['arange 5 -4 -2'] = np.arange(5, -4, -2)
    o['arange 0 1 0.1'] = np.arange(0, 1, 0.1)
    o['arange empty'] = np.arange(3, 1)
    o['linspace'] = np.linspace(-1, 2, 7)
    o['linspace open'] = np.linspace(-1, 2, 6, endpoint=False)
    o['linspace one'] = np.linspace(3, 5, 1)
    o['logspace'] = np.logspace(0, 2, 5, base=2)
    o['geomspace'] = np.geomspace(1, 1000, 4)
    o['geomspace negative'] = np.geomspace(-8, -1, 4)
    o['eye 3 4 1'] = np.eye(3, 4, 1)
    o['eye 3 4 -2'] = np.eye(3, 4, -2)
    o['tri 3 5 -1'] = np.tri(3, 5, -1)
    o['tril x 1'] = np.tril(x, 1)
    o['triu x -1'] = np.triu(x, -1)
    o['diag v'] = np.diag(v)
    o['diag v 2'] = np.diag(v, 2)
    o['diag v -1'] = np.diag(v, -1)
    o['diag x 1'] = np.diag(x, 1)
    a, c = np.meshgrid(v[:3], v)
    o['meshgrid 0'], o['meshgrid 1'] = a, c
    a, c, d = np.meshgrid(v[:3], v[:2], v[3:], indexing='ij')
    o['meshgrid ij 0'], o['meshgrid ij 1'], o['meshgrid ij 2'] = a, c, d
    o['indices'] = np.indices((2, 3))
    a, c = np.tril_indices(3, 1, 4)
    o['tril indices 0'], o['tril indices 1'] = a, c


def manipulation(o, x, y, z, v, p, order):
    o['moveaxis'] = np.moveaxis(z, [0, 1], [-1, 0])
    o['moveAxis 0 2'] = np.moveaxis(z, 0, 2)
    o['swapaxes'] = np.swapaxes(z, 0, -1)
    o['stack 1'] = np.stack([x, y], 1)
    o['stack -1'] = np.stack([x, y], -1)
    o['hstack'] = np.hstack([x, y])
    o['hstack v'] = np.hstack([v, v])
    o['vstack'] = np.vstack([v, v])
    o['dstack'] = np.dstack([x, y])
    o['column_stack'] = np.column_stack([v, v])
    for k, part in enumerate(np.array_split(v, 3)):
        o[f'array_split {k}'] = part
    for k, part in enumerate(np.split(v, [2, -2, 6])):
        o[f'split at {k}'] = part
    o['tile x 2'] = np.tile(x, 2)
    o['tile x 2 1 3'] = np.tile(x, (2, 1, 3))
    o['tile v 2 2'] = np.tile(v, (2, 2))
    o['repeat x 3 1'] = np.repeat(x, 3, 1)
    o['repeat x counts'] = np.repeat(x, [2, 0, 1], 0)
    o['pad'] = np.pad(x, ((1, 2), (0, 3)), constant_values=9)
    for mode in ('edge', 'reflect', 'symmetric', 'wrap'):
        o[f'pad {mode}'] = np.pad(x, ((1, 2), (3, 0)), mode=mode)
        o[f'pad far {mode}'] = np.pad(v[:3], (8, 10), mode=mode)
        o[f'pad one {mode}'] = np.pad(v[:1], (2, 3), mode=mode)
    o['roll'] = np.roll(x, 5)
    o['roll axes'] = np.roll(z, (1, -2), (0, 2))
    o['fliplr'] = np.fliplr(x)
    for k in range(-1, 4):
        o[f'rot90 {k}'] = np.rot90(x, k)
    o['rot90 axes'] = np.rot90(z, 1, (2, 0))
    o['take 1'] = np.take(z, p, 1)
    o['take -1'] = np.take(z, p, -1)
    o['take wrap'] = np.take(x, p + 7, 1, mode='wrap')
    o['take_along_axis'] = np.take_along_axis(x, order, 1)
    o['take_along_axis 0'] = np.take_along_axis(x, np.array([[1, 0, 2, 2]]), 0)
    q = x.copy()
    np.put_along_axis(q, np.array([[2], [0], [3]]), 9, 1)
    o['put_along_axis'] = q
    o['delete'] = np.delete(x, [1, -1], 1)
    o['diagonal 1'] = np.diagonal(z, 1, 1, 2)
    o['diagonal -1'] = np.diagonal(z, -1, 2, 0)
    o['atleast_3d'] = np.atleast_3d(x)
    o['squeeze'] = np.squeeze(x[None, :, None])
    o['expand_dims'] = np.expand_dims(x, (0, -1))


def statistics(o, x, y, z, v, w, n, b):
    o['var'] = np.var(x, 0, ddof=1)
    o['std'] = np.std(z, (0, 2), ddof=1)
    o['ptp'] = np.ptp(x, 1)
    o['average'] = np.average(v, weights=w)
    o['average 1'] = np.average(x, 1, weights=np.abs(y))
    o['median'] = np.median(x, 1)
    o['median odd'] = np.median(v)
    o['median z'] = np.median(z, (0, 2))
    o['median nan'] = np.median(n, 1)
    o['quantile'] = np.quantile(x, 0.3, 0)
    o['quantile many'] = np.quantile(v, [0, 0.25, 0.9, 1])
    o['percentile'] = np.percentile(z, 77, (1, 2))
    for method in ('lower', 'higher', 'midpoint', 'nearest', 'inverted_cdf', 'averaged_inverted_cdf', 'closest_observation',
                   'interpolated_inverted_cdf', 'hazen', 'weibull', 'median_unbiased', 'normal_unbiased'):
        for q in (0, 0.1, 0.25, 0.5, 0.6, 0.75, 0.93, 1):
            o[f'quantile {method} {q}'] = np.quantile(x, q, method=method)
            o[f'quantile odd {method} {q}'] = np.quantile(v, q, method=method)
    for f in ('nansum', 'nanprod', 'nanmean', 'nanmax', 'nanmin', 'nanmedian'):
        o[f] = getattr(np, f)(n, 1)
        o[f + ' all'] = getattr(np, f)(n)
    o['nanvar'] = np.nanvar(n, 1, ddof=1)
    o['nanstd'] = np.nanstd(n, 0)
    o['nanquantile'] = np.nanquantile(n, 0.3, 1)
    o['nanargmax'] = np.nanargmax(n, 1)
    o['nanargmin'] = np.nanargmin(n, 1)
    o['cov'] = np.cov(x)
    o['cov v'] = np.cov(v)
    o['corrcoef'] = np.corrcoef(x)
    o['diff'] = np.diff(x)
    o['diff 2 0'] = np.diff(x, 2, 0)
    o['diff b'] = np.diff(b)
    o['gradient'] = np.gradient(x, 0.5, axis=1)
    o['trapezoid'] = np.trapezoid(x, dx=0.5, axis=0)
    o['keepdims'] = np.mean(z, (0, 2), keepdims=True)
    o['cumsum'] = np.cumsum(x, 1)


def arithmetic(o, x, y, s, t, i, j, v):
    o['floor_divide int'] = i // j
    o['mod int'] = i % j
    o['rem int'] = np.fmod(i, j)
    o['floor_divide'] = x // y
    o['mod'] = x % y
    o['floor'], o['ceil'], o['rint'], o['trunc'] = np.floor(s), np.ceil(s), np.rint(s), np.trunc(s)
    o['round 1'] = np.round(x, 1)
    o['round int -1'] = np.round(i * 13, -1)
    o['fmax'], o['fmin'] = np.fmax(s, t), np.fmin(s, t)
    o['maximum'], o['minimum'] = np.maximum(s, t), np.minimum(s, t)
    o['reciprocal'] = np.reciprocal(x)
    o['hypot'] = np.hypot(s, t)
    o['hypot large'] = np.hypot(x * 1e200, y * 1e200)
    o['logaddexp'] = np.logaddexp(s, t)
    o['logaddexp2'] = np.logaddexp2(x, y)
    o['sinc'] = np.sinc(np.array([0, 0.5, 1.5, -2.25]))
    o['copysign'] = np.copysign(s, t)
    o['heaviside'] = np.heaviside(s, 0.25)
    o['deg2rad'], o['rad2deg'] = np.deg2rad(x), np.rad2deg(x)
    o['nan_to_num'] = np.nan_to_num(s)
    o['nan_to_num given'] = np.nan_to_num(s, nan=1, posinf=2, neginf=3)
    o['sign'] = np.sign(s)
    o['clip'] = np.clip(x, -0.5, 0.5)
    o['interp'] = np.interp(np.array([[-9, 0, 0.3], [1, 1.5, 9]]), [-1, 0, 1, 3], v[:4])


def logic(o, i, j, s, t, n, b, x):
    o['logical_and'] = np.logical_and(i, b)
    o['logical_or'] = np.logical_or(i, b)
    o['logical_xor'] = np.logical_xor(i, b)
    o['logical_not'] = np.logical_not(i)
    o['bitwise_and'], o['bitwise_or'], o['bitwise_xor'], o['invert'] = i & j, i | j, i ^ j, ~i
    o['left_shift'], o['right_shift'] = i << 3, i >> 1
    o['isnan'], o['isinf'], o['isfinite'], o['signbit'] = np.isnan(s), np.isinf(s), np.isfinite(s), np.signbit(s)
    o['isposinf'], o['isneginf'] = np.isposinf(s), np.isneginf(s)
    o['isclose'] = np.isclose(s, t, rtol=0.5, atol=0.1)
    o['isclose nan'] = np.isclose(n, n, equal_nan=True)
    o['isclose inf'] = np.isclose([1.0, np.inf, 1], [np.inf, np.inf, 1 + 1e-9])


def searching(o, i, b, p, v):
    for k, places in enumerate(np.nonzero(b)):
        o[f'nonzero {k}'] = places
    o['argwhere'] = np.argwhere(i > 2)
    o['flatnonzero'] = np.flatnonzero(i > 2)
    o['extract'] = np.extract(b, i)
    o['count_nonzero'] = np.count_nonzero(i, 1)
    o['unique'], o['unique indices'], o['unique inverse'], o['unique counts'] = np.unique(
        p, return_index=True, return_inverse=True, return_counts=True)
    o['unique nan'] = np.unique([2.0, np.nan, 1, np.nan, 2])
    o['isin'] = np.isin(i, [1, 5, -7])
    o['lexsort'] = np.lexsort((np.array([4, 1, 3, 1, 4]), np.array([1, 0, 1, 0, 0])))
    o['bincount'] = np.bincount([1, 4, 1, 0, 4, 4], minlength=6)
    o['bincount weights'] = np.bincount([1, 4, 1, 0, 4, 4, 2], weights=v)


def products(o, x, y, z, v):
    o['dot x y'] = np.dot(x, y.T)
    o['dot z y'] = np.dot(z, y.T)
    o['dot v v'] = np.dot(v, v)
    o['dot z z'] = np.dot(z, np.swapaxes(z, 1, 2))
    o['vdot'] = np.vdot(x, y)
    o['inner'] = np.inner(z, x)
    o['outer'] = np.outer(v, x)
    o['tensordot 2'] = np.tensordot(z, x, 2)
    o['tensordot axes'] = np.tensordot(z, z, ([1, 0], [1, 0]))
    o['cross'] = np.cross(x[:, :3], y[:, :3])
    o['cross 0'] = np.cross(x, y, axis=0)
    o['kron'] = np.kron(x, z)
    o['trace'] = np.trace(z)


INDEX = '''0|-1|2, -3, 1|:|...|None|1:3|:-1|::2|::-1|2:0:-1|-1:-4:-2|5:2|1:100|-100:1|::-3|..., 0|0, ...|..., None, 0|:, None, 1
A|A, A|:, A|:, :, A|A, :, A|0, :, A|A, 0|0, A|:, 0, A|:, A, 0|A, 0, :|A, ..., A|:, A, ..., A|..., A, A|A, None, A|None, A, A|A, A, None
0, ..., A|A, 1:, ::-1|::-1, A, 1:3|1:, ::2, A|::-2, 1, A|:, A, ::-1|A, A, A|A, B|B, :|:, B|C, A, :|B, B|:, B, C|C|C, C|..., C
M|M, 1|..., Z0|:, Z1|Z0, :, A|Z0, A|Z1, Z2|X|X, None|T|F|T, A|None, T|:, T, A|0, T|A, None, T|E|:, E|E, A0|S|S, :, A|:, S|:, :, S|N|0, N|N, None, 1
'''


def index():
    rows = []
    x = np.arange(60).reshape(3, 4, 5)
    names = {
        'A': np.array([0, 2, -1]), 'B': np.array([[0, 1, 2], [-1, -2, 0]]), 'C': np.array([[1], [0]]), 'A0': np.array([1]),
        'M': (np.arange(12).reshape(3, 4) % 3 == 0), 'Z0': np.array([True, False, True]), 'Z1': np.array([False, True, True, True]),
        'Z2': np.array([True, False, False, True, True]), 'X': x % 7 == 0, 'T': np.True_, 'F': np.False_,
        'E': np.array([], int), 'S': np.array(2), 'N': np.array([False] * 4)}
    for name, value in names.items():
        rows.append(row('in ' + name, value))
    rows.append(row('in x', x))
    names['Z0'] = names['Z0']
    for expression in INDEX.replace('\n', '|').split('|'):
        if not expression:
            continue
        try:
            value = eval('x[' + expression + ']', {'x': x, **names})
        except IndexError:
            rows.append('\t'.join([expression, 'error', '-', '']))
            continue
        rows.append(row(expression, value))
        y = x.copy()
        exec('y[' + expression + '] = v', {'y': y, 'v': -1 - np.arange(value.size).reshape(value.shape), **names})
        rows.append(row('set ' + expression, y))
    with open(FOLDER + '/numpy-index.tsv', 'w') as f:
        f.writelines(r + '\n' for r in rows)


def prints():
    r = random.Random(3)
    cases = [([], 'f32'), ([[]], 'f32'), ([0.0], 'f64'), ([-0.0, 1], 'f64'), ([1.5], 'f32'), ([1, 2, 3], 'f32'), ([0.1, 0.2, 0.3], 'f32'),
             ([1e8], 'f64'), ([99999999.0], 'f64'), ([1e6], 'f32'), ([999999.0], 'f32'), ([1e-4, 1], 'f64'), ([9e-5, 1], 'f64'), ([0.001, 1.001], 'f64'),
             ([1.0, 1001.0], 'f64'), ([1.0, 1000.0], 'f64'), ([float('nan'), 1], 'f32'), ([float('inf'), -1.25], 'f32'),
             ([float('-inf'), 1e10, float('nan')], 'f64'), ([float('nan'), float('nan')], 'f32'), ([float('-inf')], 'f32'),
             ([1 / 3, 2 / 3], 'f64'), ([1 / 3, 2 / 3], 'f32'), ([1 / 3, 2 / 3], 'f16'), ([123456.789, 0.5], 'f64'), ([1e300, 1e-300], 'f64'),
             ([[1, 2], [3, 4.5]], 'f32'), ([[-1, 2], [30, 4.5]], 'f64'), ([[1e-10, 2], [30, 4.5]], 'f64'), ([1e100, 2e5], 'f64'),
             ([1, -20, 300], 'i32'), ([[1, -20], [300, 4]], 'i64'), ([True, False], 'bool'), ([[True], [False]], 'bool'), ([255, 0], 'u8'),
             ([65504.0, 1], 'f16'), ([1000.0, 1], 'f16'), ([999.0, 1], 'f16'), ([0.12345678901234], 'f64'), ([123.123456789, 1.1], 'f64'),
             ([2.5e-8, 1.5e-8], 'f64'), ([0.000123456789], 'f64'), ([16777216.0, 16777218.0], 'f32'), ([1e-45], 'f32'), ([5e-324], 'f64'),
             ([1.7976931348623157e308], 'f64'), ([0.5, 0.123456785], 'f64'), ([0.5, 0.123456775], 'f64')]
    scalars = [(0.0, 'f32'), (1.0, 'f32'), (0.1, 'f32'), (1e16, 'f64'), (9999999999999998.0, 'f64'), (1e-4, 'f64'), (9.9e-5, 'f64'), (float('nan'), 'f32'),
               (float('-inf'), 'f64'), (7, 'i32'), (True, 'bool'), (1 / 3, 'f64'), (1 / 3, 'f32'), (1 / 3, 'f16'), (1e10, 'f32'), (1.5e20, 'f32'), (-0.0, 'f64')]
    dtypes = {short: long for long, short in NAMES.items()}
    arrays = [np.array(v, dtypes[d]) for v, d in cases + scalars]
    for rank in (1, 2, 3):
        for _ in range(25):
            shape = [r.randint(1, 8 if rank > 1 else 30) for _ in range(rank)]
            scale = r.choice([1, 1, 1, 10, 1e4, 1e7, 1e-3, 1e-6])
            values = np.array([r.gauss(0, 1) * scale for _ in range(int(np.prod(shape)))]).reshape(shape)
            if r.random() < 0.4:
                values = np.round(values, r.randint(0, 4))
            if r.random() < 0.2:
                values[(0,) * rank] = r.choice([np.nan, np.inf, -np.inf])
            arrays.append(values.astype(r.choice(['float32', 'float64'])))
    arrays += [np.arange(1001), np.arange(1000), np.arange(2000).reshape(2, 1000), np.arange(1200).reshape(20, 60) - 600, np.arange(1200).reshape(10, 12, 10),
               np.arange(1500, dtype='float32') / 7, np.zeros((1, 2, 0)), np.arange(40) * 1000, np.arange(3000).reshape(1, 3, 1000) % 2 == 0]
    with open(FOLDER + '/numpy-prints.txt', 'w') as f:
        for x in arrays:
            f.write('# ' + row('', x).strip('\t') + '\n' + str(x) + '\n')
        f.write('#\n')


answers()
index()
prints()
