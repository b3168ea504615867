"""Coefficients of the polynomials of ricci.loop: Remez's exchange on a grid of Chebyshev's points.

    pip install mpmath
    python minimax.py            # prints two examples; the others differ in what is passed to fit

A polynomial p in u(x) is fitted to t(x) so that the greatest |w(x) (t(x) - p(u(x)))| is least. Coefficients
are rounded one after the other, from the constant term on, and those that are left are fitted anew.
"""

from mpmath import mp, mpf

mp.dps = 80


def rounded(value, bits):
    fraction, exponent = mp.frexp(value)
    return mp.ldexp(mp.nint(mp.ldexp(fraction, bits)), exponent - bits)


def exchange(t, w, u, powers, turns=12):
    """The coefficients of these powers of u, and the greatest error."""
    k, n = len(powers), len(t)
    table = [[x ** j for j in powers] for x in u]
    points = [int(round((n - 1) * (1 - mp.cos(mp.pi * i / k)) / 2)) for i in range(k + 1)]
    for _ in range(turns):
        a, b = mp.matrix(k + 1, k + 1), mp.matrix(k + 1, 1)
        for row, i in enumerate(points):
            for column in range(k):
                a[row, column] = table[i][column]
            a[row, k] = (-1) ** row / w[i]
            b[row] = t[i]
        try:
            solution = mp.lu_solve(a, b)
        except ZeroDivisionError:
            break
        c = [solution[j] for j in range(k)]
        error = [w[i] * (t[i] - mp.fsum(x * y for x, y in zip(c, table[i]))) for i in range(n)]
        greatest = max(abs(e) for e in error)
        runs = []
        for i in range(n):
            if not runs or (error[i] >= 0) != (error[runs[-1]] >= 0):
                runs.append(i)
            elif abs(error[i]) > abs(error[runs[-1]]):
                runs[-1] = i
        while len(runs) > k + 1:
            runs.pop(0 if abs(error[runs[0]]) < abs(error[runs[-1]]) else -1)
        if len(runs) < k + 1 or greatest < abs(solution[k]) * (1 + mpf(10) ** -3):
            break
        points = runs
    return dict(zip(powers, c)), greatest


def fit(t, w, u, low, high, count, bits, fixed=None, two_parts=False):
    """The coefficients and the base-2 logarithm of the greatest error; with two_parts, c[0] in twice the bits."""
    fixed = dict(fixed or {})
    n = max(24 * (count + 1), 200)
    xs = [(low + high) / 2 - (high - low) / 2 * mp.cos(mp.pi * (2 * i + 1) / (2 * n)) for i in range(n)]
    us, ws, ts = [u(x) for x in xs], [w(x) for x in xs], [t(x) for x in xs]

    def width(j):
        return 2 * bits if two_parts and j == 0 else bits

    def rest(known):
        return [y - mp.fsum(c * x ** j for j, c in known.items()) for y, x in zip(ts, us)]

    best = None
    while True:
        free = [j for j in range(count) if j not in fixed]
        fitted = exchange(rest(fixed), ws, us, free)[0] if free else {}
        trial = fixed | {j: rounded(c, width(j)) for j, c in fitted.items()}
        error = max(abs(y * x) for y, x in zip(rest(trial), ws))
        if best is None or error < best[0]:
            best = error, trial
        if not free:
            return [best[1][j] for j in range(count)], mp.log(best[0], 2)
        fixed[free[0]] = trial[free[0]]


def show(name, *arguments, **options):
    c, error = fit(*arguments, **options)
    print(name, '2^%.1f' % error, ', '.join(float(x).hex() for x in c))


if __name__ == '__main__':
    half = mp.log(2) / 2 * (1 + mpf(2) ** -10)
    show('exp', mp.exp, lambda x: mp.exp(-x), lambda x: x, -half, half, 7, 24, {0: mpf(1), 1: mpf(1)})
    show('sin', lambda x: (mp.sin(x) / x - 1) / x ** 2, lambda x: x ** 3 / mp.sin(x), lambda x: x * x,
         mpf(10) ** -6, mp.pi / 2 * (1 + mpf(2) ** -12), 5, 24)
