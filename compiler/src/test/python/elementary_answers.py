"""Answers of the elementary functions on f64: writes elementary.txt of the tests' resources.

A line is: function, arguments, the nearest double, and what it lacks, in units of its last place. Computed by
Arb (python-flint) in balls of 300 bits.

    pip install python-flint mpmath
    python elementary_answers.py > ../resources/ricci/loop/elementary.txt
"""

import math
import random

import flint
from flint import arb
from mpmath import mp, mpf

flint.ctx.prec = 300
mp.prec = 300
COUNT = 60
R = random.Random(7)

FUNCTIONS = {
    'EXP': lambda x: x.exp(), 'EXP2': lambda x: (x * arb(2).log()).exp(), 'EXPM1': lambda x: x.expm1(),
    'LOG': lambda x: x.log(), 'LOG1P': lambda x: x.log1p(), 'RSQRT': lambda x: x.rsqrt(),
    'CBRT': lambda x: x.root(3) if x > 0 else -(-x).root(3),
    'SIN': lambda x: x.sin(), 'COS': lambda x: x.cos(), 'TAN': lambda x: x.tan(),
    'ASIN': lambda x: x.asin(), 'ACOS': lambda x: x.acos(), 'ATAN': lambda x: x.atan(),
    'SINH': lambda x: x.sinh(), 'COSH': lambda x: x.cosh(), 'TANH': lambda x: x.tanh(),
    'ASINH': lambda x: x.asinh(), 'ACOSH': lambda x: x.acosh(), 'ATANH': lambda x: x.atanh(),
    'LOGISTIC': lambda x: 1 / (1 + (-x).exp()),
    'ERF': lambda x: x.erf(), 'ERFC': lambda x: x.erfc(), 'ERF_INV': lambda x: x.erfinv(),
}


def sized(low, high):
    """Of either sign, its exponent between the two."""
    return math.ldexp(R.uniform(1, 2), R.randint(low, high)) * R.choice((-1, 1))


def argument(f):
    """One where f is defined, most of them where it bends."""
    k = R.random()
    tiny = k < .2
    if f in ('EXP', 'SINH', 'COSH', 'EXPM1'):
        return sized(-60, 0) if tiny else R.gauss(0, 2) if k < .6 else R.uniform(-709, 709)
    if f == 'EXP2':
        return R.gauss(0, 2) if k < .5 else R.uniform(-1074, 1024)
    if f == 'LOGISTIC':
        return sized(-60, 0) if tiny else R.gauss(0, 3) if k < .8 else R.uniform(-745, 40)
    if f in ('LOG', 'RSQRT'):
        return abs(R.gauss(1, .3)) if k < .5 else abs(sized(-1074, 1023))
    if f == 'CBRT':
        return R.gauss(0, 3) if k < .5 else sized(-1074, 1023)
    if f == 'LOG1P':
        return sized(-60, -2) if k < .4 else R.uniform(-1, 3) if k < .8 else abs(sized(0, 1023))
    if f in ('SIN', 'COS', 'TAN'):
        near = math.pi / 2 * R.randint(1, 1000)
        return R.uniform(-3.2, 3.2) if k < .5 else R.uniform(-100, 100) if k < .7 else near if k < .8 \
            else sized(-30, 45)
    if f in ('ASIN', 'ACOS', 'ATANH', 'ERF_INV'):
        end = R.choice((-1, 1)) * (1 - abs(sized(-52, -3)))
        return sized(-50, -2) if tiny else R.uniform(-1, 1) if k < .8 else end
    if f == 'ACOSH':
        return 1 + abs(sized(-50, -2)) if k < .3 else 1 + abs(R.gauss(0, 1.5)) if k < .8 else abs(sized(0, 1023))
    if f == 'ERFC':
        return sized(-50, -2) if tiny else R.gauss(0, 1.5) if k < .6 else R.uniform(-6, 27.2)
    return sized(-50, -2) if tiny else R.gauss(0, 1.5) if k < .8 else R.uniform(-20, 20)


def ball(x):
    return arb(flint.fmpq(*x.as_integer_ratio()))


def line(f, xs, y):
    exact = mpf(y.mid().str(60, radius=False))
    near = float(exact)
    if near != 0 and not math.isinf(near):
        rest = (exact - mpf(near)) / mpf(math.ulp(near))
        print(f, *(x.hex() for x in xs), near.hex(), '%.2f' % float(rest))


for name, function in FUNCTIONS.items():
    for _ in range(COUNT):
        x = argument(name)
        line(name, (x,), function(ball(x)))
for _ in range(COUNT):
    x = abs(R.choice((R.gauss(1, .3), math.exp(R.gauss(0, 3)), sized(-1074, 1023))))
    y = R.gauss(0, 3) if R.random() < .2 else R.uniform(-1074, 1024) / math.log2(x)
    line('POW', (x, y), (ball(x).log() * ball(y)).exp())
    y, x = R.gauss(0, 1) * 2.0 ** R.choice((0, R.randint(-40, 40))), R.gauss(0, 1)
    line('ATAN2', (y, x), arb.atan2(ball(y), ball(x)))
