"""Writes the values of special functions, to 40 digits and rounded to doubles, that the tests compare with.
Needs mpmath; from the folder core run
    python src/test/python/special_values.py > src/test/resources/ricci/special-values.tsv
Columns: function, operands, value; floats in hexadecimal."""
import mpmath as mp
import numpy as np

mp.mp.dps = 60


def emit(name, operands, value):
    v = float(mp.mpf(value)) if not isinstance(value, float) else value
    text = lambda x: float(x).hex() if np.isfinite(x) else str(float(x))
    print(name, ' '.join(text(x) for x in operands), text(v), sep='\t')


def f32(xs):
    return [float(np.float32(x)) for x in xs]


POSITIVE = f32([1e-30, 1e-10, 1e-3, 0.1, 0.3, 0.49, 0.5, 0.7, 0.999, 1, 1 + 2**-23, 1 - 2**-24, 1.2, 1.4616321, 1.5, 1.9999999,
                2, 2.0000002, 2.3, 2.5, 3, 4.7, 7.99, 10, 11.99, 12, 17.3, 29.9, 30, 31, 55, 100, 171.5, 1000, 1e5, 1e8, 1e15, 1e30])
NEGATIVE = f32([-1e-10, -0.1, -0.5, -0.75, -1.3, -2.4570248, -2.7476826, -3.5, -7.2, -20.7, -100.1, -1000.3, -33333.3])
REAL = f32([x for p in (1e-30, 1e-8, 0.001, 0.1, 0.4999, 0.5, 0.9, 1, 1.7, 2.4, 2.5, 3, 4, 5.5, 8, 9.3, 12, 20, 26)
            for x in (p, -p)])


def hurwitz(s, q):
    if q > 0:
        return mp.zeta(s, q)
    n = int(-np.floor(q)) + 1
    return sum((q + k) ** -s for k in range(n)) + mp.zeta(s, q + n)


for x in REAL:
    m = mp.mpf(x)
    emit('erf', [x], mp.erf(m))
    emit('erfc', [x], mp.erfc(m))
    emit('asinh', [x], mp.asinh(m))
    emit('exp2', [x], mp.power(2, m))
    emit('besselI0e', [x], mp.besseli(0, m) * mp.exp(-abs(m)))
    emit('besselI1e', [x], mp.besseli(1, m) * mp.exp(-abs(m)))
for x in f32([29.99, 30.01, 45, 88, 300, 1e4, 1e10]):
    emit('besselI0e', [x], mp.besseli(0, x) * mp.exp(-x) if x < 1000 else 1 / mp.sqrt(2 * mp.pi * x) * (1 + 1 / (8 * mp.mpf(x)) + 9 / (128 * mp.mpf(x) ** 2) + 225 / (3072 * mp.mpf(x) ** 3)))
    emit('besselI1e', [x], mp.besseli(1, x) * mp.exp(-x) if x < 1000 else 1 / mp.sqrt(2 * mp.pi * x) * (1 - 3 / (8 * mp.mpf(x)) - 15 / (128 * mp.mpf(x) ** 2) - 315 / (3072 * mp.mpf(x) ** 3)))
    emit('asinh', [x], mp.asinh(x))
for x in f32([1 + 2**-23, 1.001, 1.5, 2, 7, 1e4, 1e12, 1e30]):
    emit('acosh', [x], mp.acosh(x))
for x in f32([1e-20, 1e-4, 0.3, -0.6, 0.9, 0.9999999, -0.99]):
    emit('atanh', [x], mp.atanh(x))
    emit('erfInv', [x], mp.erfinv(x))
for x in POSITIVE + NEGATIVE:
    emit('lgamma', [x], mp.re(mp.loggamma(mp.mpf(x))))
    emit('digamma', [x], mp.digamma(mp.mpf(x)))
for n in (1, 2, 3, 7, 20):
    for x in f32([1e-3, 0.3, 1, 2.5, 11, 12.5, 40, 1e4, -0.3, -1.7, -12.4]):
        emit('polygamma', [n, x], mp.factorial(n) * (-1) ** (n + 1) * hurwitz(n + 1, mp.mpf(x)))
for s in f32([1.001, 1.5, 2, 3, 7.7, 20, 90]):
    for q in f32([1e-3, 0.5, 1, 2, 3.3, 12, 40, 1e3] + ([-0.5, -3.3, -11.7] if s == int(s) else [])):
        emit('zeta', [s, q], hurwitz(mp.mpf(s), mp.mpf(q)))
for a in f32([1e-6, 0.01, 0.3, 0.9, 1, 1.5, 3, 8, 12, 30, 100, 1000, 1e5]):
    for r in (1e-3, 0.1, 0.5, 0.9, 0.999, 1, 1.01, 1.3, 2, 4, 8):
        x = float(np.float32(a * r if a > 0.3 else r))
        if a > 100 and not 0.8 < r < 1.2:
            continue
        P = mp.gammainc(a, 0, x, regularized=True)
        emit('igamma', [a, x], P)
        emit('igammac', [a, x], mp.gammainc(a, x, mp.inf, regularized=True))
        # Where 1 - P is tinier than the digits kept, a difference of P says nothing.
        if a <= 100 and 1 - P > mp.mpf(10) ** -30:
            h = mp.mpf(10) ** -20 * a
            grad = (mp.gammainc(a + h, 0, x, regularized=True) - mp.gammainc(a - h, 0, x, regularized=True)) / (2 * h)
            emit('igammaGradA', [a, x], grad)
            density = mp.mpf(x) ** (mp.mpf(a) - 1) * mp.exp(-mp.mpf(x)) / mp.gamma(a)
            emit('randomGammaGrad', [a, x], -grad / density)
for a, b in [(0.01, 0.02), (0.5, 0.5), (1, 1), (1, 3), (0.3, 40), (2, 5), (12, 0.7), (20, 30), (150, 0.01), (500, 300)]:
    a, b = f32([a, b])
    mean = a / (a + b)
    for x in f32([1e-4, 0.3 * mean, 0.9 * mean, mean, (1 + 9 * mean) / 10, 0.5, 0.99]):
        emit('regularizedIncompleteBeta', [a, b, x], mp.betainc(a, b, 0, x, regularized=True))
