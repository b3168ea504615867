package ricci.loop;

/** The error function, its complement and its inverse. */
final class ErrorFunctions {
    /** {@code erf(x) / x - 1} of x^2, to x of 1, to 2^-29 and 2^-56 of erf(x). */
    private static final Polynomial ERF = new Polynomial(
            new double[] {0x1.06eba8p-3, -0x1.81273ep-2, 0x1.ce2ce6p-4, -0x1.b7f71ap-6, 0x1.53f226p-8,
                -0x1.a35188p-11, 0x1.4772d6p-14},
            new double[] {0x1.06eba8214db68p-3, -0x1.812746b03799dp-2, 0x1.ce2f21a03f8bcp-4, -0x1.b82ce311a9949p-6,
                0x1.565bcceede173p-8, -0x1.c02daeb79726fp-11, 0x1.f9a296bd7610ep-14,
                -0x1.f4c82ee8d1293p-17, 0x1.b96b4c0e6308ep-20, -0x1.5b8bcbd81d4ep-23,
                0x1.d3d6151c39fb2p-27, -0x1.a21b751a04e22p-31});

    /** log(1 - erf(x)) for x from 1 to 4 and to 6, to 2^-29 and 2^-57 of erf(x). */
    private static final Polynomial LOG_ERFC = new Polynomial(
            new double[] {-0x1.731484p-12, -0x1.2085a6p0, -0x1.46c5aep-1, -0x1.a60956p-4, 0x1.653fd4p-6,
                -0x1.814834p-9, 0x1.8525d4p-13},
            new double[] {-0x1.139ddfdc5896p-21, -0x1.20dd1e2aaae33p0, -0x1.45f635d6513c5p-1, -0x1.a4ab241b89d37p-4,
                0x1.371982417a34p-6, 0x1.b1a9896d8246ep-12, -0x1.f70cbbabeed88p-10, 0x1.9550020d10c24p-11,
                -0x1.1e69bbe45d703p-13, -0x1.4767cc04ff9ap-16, 0x1.79fcc4d972605p-16,
                -0x1.1fd32cd806c3bp-17, 0x1.1bd0702edfeeap-19, -0x1.8cc695b24a3edp-22,
                0x1.8a84dbd44abe9p-25, -0x1.0b49975e6aff4p-28, 0x1.bc386511cb17ap-33,
                -0x1.564d895eb866ep-38});

    /** {@code (1 + 2x) exp(x^2) erfc(x)} of {@code (x - 4) / (x + 4)}, x from 0 to where erfc is 0, to 2^-25 and
     * 2^-54. */
    private static final Polynomial ERFC = new Polynomial(
            new double[] {0x1.3ba592p0, -0x1.1df1a8p-3, 0x1.f7f574p-7, 0x1.16ea92p-4, -0x1.9ddaf6p-4, 0x1.80153ep-4,
                -0x1.0f96d4p-4, 0x1.2e9002p-5, -0x1.0e0f9ep-6, 0x1.67da66p-8, 0x1.d311d8p-14},
            new double[] {0x1.3ba5916e9fd7fp0, -0x1.1df1ad154a2a8p-3, 0x1.f7f5df66fb5a1p-7, 0x1.16ecefcfa6958p-4,
                -0x1.9ddb23c3da6bdp-4, 0x1.7fee004de8f8ap-4, -0x1.0fb06dff86c17p-4, 0x1.3079edfacc01fp-5,
                -0x1.0962384d543a9p-6, 0x1.49c6719e25cd3p-8, -0x1.8d4ac7caf9489p-11,
                -0x1.a1debf2cf3d27p-13, 0x1.3be32d210e24p-13, -0x1.995de8f3e0c4dp-16,
                -0x1.78fede61dd7a5p-17, 0x1.7f15d8baa5c17p-18, 0x1.5275d45d1e358p-22,
                -0x1.b774baf8848c3p-21, 0x1.d2a171d1b6847p-25, 0x1.ad20e4f40d0c8p-24,
                -0x1.1534d25713968p-27, -0x1.09c4edd7f0f3dp-27, 0x1.ec517d69df146p-33});

    /** {@code erfInv(x) / x} of {@code w - 5/2} or {@code w - 25/8}, w up to twice that, to 2^-23 and 2^-53. */
    private static final Polynomial ERF_INV = new Polynomial(
            new double[] {0x1.805c5ep0, 0x1.f91e8ap-3, -0x1.11c4ecp-8, -0x1.486614p-10, 0x1.c9e6c2p-13,
                -0x1.4d164cp-18, -0x1.d0c13ap-19, 0x1.f48e96p-22, 0x1.8f1dd4p-26, -0x1.2e156ep-27},
            new double[] {0x1.a755e7c99ae86p0, 0x1.ebd80d9b13df7p-3, -0x1.8b6c33114ee4p-8, -0x1.845769483410cp-11,
                0x1.879c2a20d6bc3p-13, -0x1.d1d1f7cb081ccp-17, -0x1.6e8a53ee34fa3p-20,
                0x1.c6b4f8af351f3p-22, -0x1.f36ce5422145cp-26, -0x1.1a9eb6f419651p-28,
                0x1.20f4eb2710c1bp-30, -0x1.dc3dd2b7eb40bp-35, -0x1.c8960cb421b1bp-37,
                0x1.72308255728d3p-39, -0x1.6d8eb7dd360aap-44, -0x1.683222598518p-45,
                0x1.db32b17dce511p-48, -0x1.8b5f25a10742dp-55, -0x1.2bd9604bf660dp-53,
                0x1.22b7a239425b1p-56, 0x1.51c466219bb16p-60, -0x1.a61f361a0e9d4p-62,
                -0x1.30e6e81b9ea8ep-70, 0x1.fe21c09546dd1p-69});

    /** The same for a greater w, of {@code √w - 3} or {@code √w - 17/4}, to 2^-25 and 2^-53. */
    private static final Polynomial ERF_INV_TAIL = new Polynomial(
            new double[] {0x1.6a9efcp1, 0x1.006dc2p0, 0x1.357848p-7, -0x1.f44d7cp-8, 0x1.754648p-8, -0x1.d99cc4p-9,
                0x1.7f3e56p-10, -0x1.ab40b4p-16, -0x1.30dedep-12, 0x1.897986p-14},
            new double[] {0});

    private ErrorFunctions() {}

    /**
     * Up to 1 a polynomial; above, 1 - exp(p(|x|)), where p need not be exact to the end: erf is near 1.
     */
    static Lane erf(Lane x) {
        Lane size = x.abs();
        Lane square = x.times(x);
        Lane small = size.fma(ERF.at(square), size);
        Lane rest = Exponentials.expOfModerate(LOG_ERFC.at(size.atMost(x.constant(4, 6))));
        return size.below(1).select(small, x.constant(1).minus(rest)).withSignOf(x);
    }

    /**
     * Up to 1/2, 1 - erf(x). Above, {@code exp(-x²) g / (1 + 2|x|)}, where g is nearly constant, a polynomial in a
     * variable between -1 and 1 (Shepherd & Laframboise, "Chebyshev approximation of (1 + 2x) exp(x²) erfc x",
     * 1981). The square is in two parts: an error of its last bit would be one of many bits in the exponential.
     */
    static Lane erfc(Lane x) {
        Lane size = x.abs().atMost(x.constant(11, 28));
        Lane minus = size.negated();
        Lane square = size.times(minus);
        Lane lost = size.fma(minus, square.negated());
        Lane g = ERFC.at(size.minus(4).over(size.plus(4)), -0x1.2008a8p-25, 0);
        Lane tail = Exponentials.timesExp(g.over(size.fma(2, 1)), square, lost);
        Lane far = x.below(0).select(x.constant(2).minus(tail), tail);
        Lane near = x.constant(1).minus(x.fma(ERF.at(square.negated()), x));
        return size.below(0.5).select(near, far);
    }

    /** Of {@code w = -log(1 - x²)} or its root (Giles, "Approximating the erfinv function", 2011). */
    static Lane erfInv(Lane x) {
        Lane w = Logarithms.logOfNormal(x.negated().fma(x, 1)).negated();
        Lane inner = ERF_INV.at(w.minus(x.constant(2.5, 3.125)));
        Lane outer = ERF_INV_TAIL.at(w.sqrt().minus(x.constant(3, 4.25)));
        Lane y = w.below(x.constant(5, 6.25)).select(inner, outer).times(x);
        Lane size = x.abs();
        Lane end = size.is(1).select(x.times(Double.POSITIVE_INFINITY), x.constant(Double.NaN));
        return size.below(1).select(y, end);
    }
}
