"""Writes the answers of JAX that the tests of this module compare with. Needs jax and numpy; from the folder core run
    python src/test/python/jax_answers.py > src/test/resources/ricci/jax-answers.tsv
Columns: case, dtype, shape, elements as hexadecimal bits (floats) or integers."""
import os
import zlib
os.environ['JAX_ENABLE_X64'] = '1'
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

NAMES = {'float32': 'f32', 'float64': 'f64', 'float16': 'f16', 'bfloat16': 'bf16', 'int8': 'i8', 'uint8': 'u8',
         'int16': 'i16', 'int32': 'i32', 'int64': 'i64', 'uint32': 'i32', 'uint64': 'i64', 'uint16': 'i16', 'bool': 'bool'}


def emit(case, x):
    x = np.asarray(x)
    dtype = NAMES[str(x.dtype)]
    if dtype in ('f32', 'f64', 'f16', 'bf16'):
        values = [float(v).hex() if np.isfinite(float(v)) else str(float(v)) for v in x.reshape(-1)]
    else:
        signed = {'uint32': np.int32, 'uint64': np.int64, 'uint16': np.int16}.get(str(x.dtype))
        values = [str(int(v)) for v in (x.view(signed) if signed else x).reshape(-1)]
    print(case, dtype, 'x'.join(map(str, x.shape)) or '-', ' '.join(values), sep='\t')


def random():
    for seed in (0, 1, 42, -1, 2**40 + 7):
        key = jax.random.PRNGKey(seed)
        emit(f'split/{seed}', jax.random.split(key, 3))
        emit(f'foldIn/{seed}', jax.random.fold_in(key, 77))
        emit(f'bits/{seed}', jax.random.bits(key, (3, 5), dtype=jnp.uint32))
        emit(f'bits64/{seed}', jax.random.bits(key, (4,), dtype=jnp.uint64))
        for dtype in (jnp.float32, jnp.float64, jnp.float16, jnp.bfloat16):
            emit(f'uniform/{seed}', jax.random.uniform(key, (2, 9), dtype=dtype))
            emit(f'uniformRange/{seed}', jax.random.uniform(key, (7,), dtype=dtype, minval=-3, maxval=5))
            emit(f'uniformWithin/{seed}', jax.random.uniform(key, (50,), dtype=dtype, minval=-0.3, maxval=0.31))
        emit(f'normal/{seed}', jax.random.normal(key, (20,), dtype=jnp.float32))
        emit(f'normal/{seed}', jax.random.normal(key, (20,), dtype=jnp.float64))
        for n in (0, 1, 2, 100, 2000):
            emit(f'permutation/{seed}/{n}', jax.random.permutation(key, n).astype(jnp.int32))


def distributions():
    jr = jax.random
    key = jr.PRNGKey(0)
    for name in 'exponential gumbel laplace cauchy logistic maxwell'.split():
        for dtype in (jnp.float32, jnp.float64, jnp.float16, jnp.bfloat16):
            emit(f'{name}/0', getattr(jr, name)(key, (30,), dtype))
    p = np.array([0.2, 0.7, 1.5, 4, 30], np.float32)
    emit('parameters/0', p)
    emit('normalMany/0', jr.normal(key, (400,), np.float32))
    numbers = np.asarray(jr.normal(key, (1 << 16,), np.float32))
    emit('normalSum/0', np.array([zlib.crc32(numbers.tobytes())], np.int64))
    for name in 'pareto rayleigh lognormal wald'.split():
        emit(f'{name}/0', getattr(jr, name)(key, p, (4, 5), np.float32))
    emit('weibull/0', jr.weibull_min(key, p, p[::-1], (4, 5), np.float32))
    emit('triangular/0', jr.triangular(key, p[:1], p[2:3], p[4:], (20,), np.float32))
    emit('truncatedNormal/0', jr.truncated_normal(key, -p, p[::-1], (4, 5), np.float32))


UNARY = dict(neg=jnp.negative, abs=jnp.abs, sign=jnp.sign, floor=jnp.floor, ceil=jnp.ceil, round=jnp.round, exp=jnp.exp,
             expm1=jnp.expm1, log=jnp.log, log1p=jnp.log1p, sqrt=jnp.sqrt, rsqrt=lax.rsqrt, cbrt=jnp.cbrt, sin=jnp.sin,
             cos=jnp.cos, tan=jnp.tan, asin=jnp.arcsin, acos=jnp.arccos, atan=jnp.arctan, sinh=jnp.sinh, cosh=jnp.cosh,
             tanh=jnp.tanh, logistic=jax.nn.sigmoid, erf=lax.erf, erfInv=lax.erf_inv)
BINARY = dict(add=lax.add, sub=lax.sub, mul=lax.mul, div=lax.div, rem=lax.rem, max=lax.max, min=lax.min, pow=lax.pow,
              atan2=lax.atan2)
INTEGER = dict(add=lax.add, sub=lax.sub, mul=lax.mul, div=lax.div, rem=lax.rem, max=lax.max, min=lax.min,
               shiftLeft=lax.shift_left, shiftRightLogical=lax.shift_right_logical,
               shiftRightArithmetic=lax.shift_right_arithmetic)
BITWISE = {'and': lax.bitwise_and, 'or': lax.bitwise_or, 'xor': lax.bitwise_xor}
SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.5, -2.5, 3.5, 1e-30, 1e30, -1e30, 80.0, -80.0, 1000.0, np.inf, -np.inf, np.nan,
           0.25, 0.75, -0.999, 0.9999999, 7.0, 1e-8]


def scalars():
    x = np.array(SPECIAL, dtype=np.float64)
    emit('unary/x', x)
    for name, f in UNARY.items():
        emit(f'unary/{name}', f(x))
    a, b = np.meshgrid(x, x)
    a, b = a.reshape(-1), b.reshape(-1)
    emit('binary/a', a)
    emit('binary/b', b)
    for name, f in BINARY.items():
        emit(f'binary/{name}', f(a, b))
    for dtype in (np.int8, np.uint8, np.int16, np.int32, np.int64):
        info = np.iinfo(dtype)
        values = np.array([v for v in (0, 1, 2, 3, 5, 7, 8, 31, 100, info.max, info.max - 1, info.min, info.min + 1, -1, -2, -7)
                           if info.min <= v <= info.max], dtype=dtype)
        a, b = np.meshgrid(values, values)
        a, b = a.reshape(-1), b.reshape(-1)
        emit('integer/a', a)
        emit('integer/b', b)
        for name, f in (INTEGER | BITWISE).items():
            emit(f'integer/{name}', f(a, b))


def conversions():
    x = np.array([0, -0.0, 1.5, -1.5, 2.5, 254.9, 255.5, 256, 300, -129, 127.99, 40000, 7e4, 3e9, -3e9, 1e19, -1e19, np.nan, np.inf,
                  -np.inf, 65519, 65520, 3.3e38, 1 + 2**-11, 1 + 2**-11 + 2**-30, 1 + 2**-8])
    emit('convert/x', x)
    for dtype in ('float32', 'float16', 'bfloat16', 'int8', 'uint8', 'int16', 'int32', 'int64', 'bool'):
        emit('convert/from-f64', lax.convert_element_type(x, dtype))
    i = np.array([0, 1, -1, 127, 128, 255, 256, 32768, 65535, 2**31, 2**53 + 1, -2**63, 2**63 - 1, 16777217, 2049, 257])
    emit('convert/i', i)
    for dtype in ('float64', 'float32', 'float16', 'bfloat16', 'int8', 'uint8', 'int16', 'int32', 'bool'):
        emit('convert/from-i64', lax.convert_element_type(i, dtype))


CUMULATIVE = dict(sum=lax.cumsum, prod=lax.cumprod, max=lax.cummax, min=lax.cummin, logsumexp=lax.cumlogsumexp)
ROWS = [[1., 1, 1, 1, 1, 1, 1], [2., 0, 3, 0, 4, 1, 0.5], [2., 3, 0, -4, 1, 5, -1], [0.3, -1.2, 2, 0.7, 0.7, 2, -3],
        [1., np.inf, 3, -np.inf, np.inf, 2, 1], [-np.inf, -np.inf, 0, 1, -np.inf, 0, 700], [0., 1, np.nan, 2, 3, np.inf, 1],
        [-np.inf] * 7, [800., 801, 802, -800, 0, 1, 2], [5.]]


def cumulative():
    for i, row in enumerate(ROWS):
        x = np.array(row)
        emit(f'cumulative/x/{i}', x)
        for name, f in CUMULATIVE.items():
            for reverse in (False, True):
                case = f'{name}/{str(reverse).lower()}/{i}'
                emit(f'cumulative/value/{case}', f(x, reverse=reverse))
                emit(f'cumulative/jacobian/{case}', jax.jacrev(lambda v: f(v, reverse=reverse))(x))


def reductions():
    for i, row in enumerate(ROWS):
        x = np.array(row)
        for name, f in dict(var=jnp.var, std=jnp.std, logSumExp=jax.nn.logsumexp, softmax=jax.nn.softmax,
                            logSoftmax=jax.nn.log_softmax, sort=jnp.sort).items():
            emit(f'reduction/value/{name}/{i}', f(x))
            emit(f'reduction/jacobian/{name}/{i}', jax.jacrev(f)(x))
        emit(f'reduction/value/argsort/{i}', jnp.argsort(x).astype(jnp.int32))


def samplers():
    key = jax.random.PRNGKey(0)
    for dtype in ('int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64'):
        name = {'uint32': 'u32', 'uint64': 'u64', 'uint16': 'u16'}.get(dtype, NAMES[dtype])
        emit(f'randint/{name}', jax.random.randint(key, (20,), 3, 100, dtype))
    emit('randint/wide', jax.random.randint(key, (20,), -2**62, 2**62, 'int64'))
    shapes = [0.02, 0.3, 0.9, 1, 2.5, 40]
    for dtype in ('float32', 'float64'):
        a = np.array(shapes, dtype)
        for name in ('gamma', 'loggamma'):
            f = getattr(jax.random, name)
            emit(name, f(key, a, (8, 6), dtype))
            emit(f'{name}/slope', jax.jvp(lambda v: f(key, v, (8, 6), dtype), (a,), (np.ones_like(a),))[1])
        emit('beta', jax.random.beta(key, a, a[::-1], (8, 6), dtype))
        emit('dirichlet', jax.random.dirichlet(key, a, (8,), dtype))
        emit('t', jax.random.t(key, a + 1, (8, 6), dtype))
        emit('chisquare', jax.random.chisquare(key, a, (8, 6), dtype))
        emit('f', jax.random.f(key, a + 1, a[::-1] + 1, (6,), dtype))
        emit('orthogonal', jax.random.orthogonal(key, 4, (2,), dtype, 3))
        emit('orthogonal/wide', jax.random.orthogonal(key, 2, (2,), dtype, 3))
        covariance = np.array([[2, 0.5, 0], [0.5, 1, -0.3], [0, -0.3, 0.7]], dtype)
        emit('multivariateNormal', jax.random.multivariate_normal(key, np.array([1, -2, 3], dtype), covariance, (5,), dtype))
    rates = np.array([0, 0.1, 2, 9.9, 10, 55, 1e4, 1e9, np.nan, -1], 'float32')
    emit('poisson', jax.random.poisson(key, rates, (20, 10), 'int32'))
    with jax.enable_x64(False):
        p = np.array([0.5, 0, 0.2, 0.3], 'float32')
        for replace in (False, True):
            name = str(replace).lower()
            emit(f'choice/{name}', jax.random.choice(key, 20, (3, 4), replace))
            emit(f'choice/p/{name}', jax.random.choice(key, 4, (3,), replace, p))
        logits = np.array([[0.1, 2, -1], [0, 0, 3]], 'float32')
        emit('categorical', jax.random.categorical(key, logits, 1, (7, 2)))
        emit('categorical/without', jax.random.categorical(key, logits, 1, (2, 2), replace=False))
        emit('permutation/rows', jax.random.permutation(key, np.arange(12).reshape(4, 3), 1))
        emit('permutation/independent', jax.random.permutation(key, np.arange(12).reshape(4, 3), 0, independent=True))


random()
distributions()
samplers()
scalars()
conversions()
cumulative()
reductions()
