package ricci.loop;

/** The error function, its complement and its inverse. */
final class ErrorFunctions {
    /** {@code erf(x) / x - 1} of x^2, to x of 1, to 2^-29 and 2^-56 of erf(x). */
    private static final Polynomial ERF = new Polynomial(
            new double[] {0x1.06eba8p-3, -0x1.81273ep-2, 0x1.ce2ce6p-4, -0x1.b7f71ap-6, 0x1.53f226p-8,
                -0x1.a35188p-11, 0x1.4772d6p-14},
            new double[] {0x1.06eba8214db68p-3, -0x1.812746b03799dp-2, 0x1.ce2f21a03f8bcp-4,
                -0x1.b82ce311a9949p-6, 0x1.565bcceede173p-8, -0x1.c02daeb79726fp-11,
                0x1.f9a296bd7610ep-14, -0x1.f4c82ee8d1293p-17, 0x1.b96b4c0e6308ep-20,
                -0x1.5b8bcbd81d4ep-23, 0x1.d3d6151c39fb2p-27, -0x1.a21b751a04e22p-31});

    /** log(1 - erf(x)) for x from 1 to 4 and to 6, to 2^-29 and 2^-57 of erf(x). */
    private static final Polynomial LOG_ERFC = new Polynomial(
            new double[] {-0x1.731484p-12, -0x1.2085a6p0, -0x1.46c5aep-1, -0x1.a60956p-4, 0x1.653fd4p-6,
                -0x1.814834p-9, 0x1.8525d4p-13},
            new double[] {-0x1.139ddfdc5896p-21, -0x1.20dd1e2aaae33p0, -0x1.45f635d6513c5p-1,
                -0x1.a4ab241b89d37p-4, 0x1.371982417a34p-6, 0x1.b1a9896d8246ep-12, -0x1.f70cbbabeed88p-10,
                0x1.9550020d10c24p-11, -0x1.1e69bbe45d703p-13, -0x1.4767cc04ff9ap-16,
                0x1.79fcc4d972605p-16, -0x1.1fd32cd806c3bp-17, 0x1.1bd0702edfeeap-19,
                -0x1.8cc695b24a3edp-22, 0x1.8a84dbd44abe9p-25, -0x1.0b49975e6aff4p-28,
                0x1.bc386511cb17ap-33, -0x1.564d895eb866ep-38});

    /**
     * {@code (1 + 2x) exp(x^2) erfc(x)} of {@code (x - 4) / (x + 4)}, x from 0 to where erfc is 0, to 2^-25
     * and 2^-54.
     */
    private static final Polynomial ERFC = new Polynomial(
            new double[] {0x1.3ba592p0, -0x1.1df1a8p-3, 0x1.f7f574p-7, 0x1.16ea92p-4, -0x1.9ddaf6p-4,
                0x1.80153ep-4, -0x1.0f96d4p-4, 0x1.2e9002p-5, -0x1.0e0f9ep-6, 0x1.67da66p-8,
                0x1.d311d8p-14},
            new double[] {0x1.3ba5916e9fd7fp0, -0x1.1df1ad154a28ep-3, 0x1.f7f5df66fd76ap-7,
                0x1.16ecefcfa5309p-4, -0x1.9ddb23c3e8dcap-4, 0x1.7fee004e141dfp-4, -0x1.0fb06dfe4ee52p-4,
                0x1.3079edf632c19p-5, -0x1.09623883c55f9p-6, 0x1.49c672a4551eep-8, -0x1.8d4a9b48931a9p-11,
                -0x1.a1df40dd3f81ap-13, 0x1.3be059e003b07p-13, -0x1.99554b80a0c05p-16,
                -0x1.788a8386bebafp-17, 0x1.7ef8c6e778fdep-18, 0x1.3b118eba1d135p-22,
                -0x1.b82471bef80ffp-21, 0x1.420ba2c333179p-24, 0x1.bc90f08d373e2p-24,
                -0x1.367801dfa795ep-26, -0x1.4e93c26f85a54p-27, 0x1.feae32b571bb9p-30});

    /**
     * {@code erfInv(x) / x} of {@code w - 5/2} or {@code w - 25/8}, w up to twice that, to 2^-25 and 2^-54.
     */
    private static final Polynomial ERF_INV = new Polynomial(
            new double[] {0x1.805c5ep0, 0x1.f91e7ep-3, -0x1.11c4ep-8, -0x1.4858cep-10, 0x1.c9e51p-13,
                -0x1.5490a2p-18, -0x1.d0a04p-19, 0x1.06d436p-21, 0x1.8da5b8p-26, -0x1.6679eep-27},
            new double[] {0x1.a755e7c99ae86p0, 0x1.ebd80d9b13de7p-3, -0x1.8b6c33114ee4p-8,
                -0x1.845769482adc1p-11, 0x1.879c2a20d69f7p-13, -0x1.d1d1f7d128df3p-17,
                -0x1.6e8a53ee07eb4p-20, 0x1.c6b4f9a00fb58p-22, -0x1.f36ce54fb250fp-26,
                -0x1.1a9ee0072a924p-28, 0x1.20f4ebadcdcfp-30, -0x1.dc354424f427cp-35,
                -0x1.c896250a261f1p-37, 0x1.720be1731e4fdp-39, -0x1.6d8c03e962ebp-44,
                -0x1.669713d66dc31p-45, 0x1.db2cb3b054885p-48, -0x1.23aaec85acc65p-54,
                -0x1.2bc93acca3d1fp-53, 0x1.3db3501f72115p-56, 0x1.516396388a44p-60,
                -0x1.ecc69adcf01ffp-62, -0x1.2929f2eb87118p-70, 0x1.4f80c0e7a5037p-68});

    /**
     * The same for a greater w, of {@code √w - 3}, or up to a root of 4 of {@code √w - 13/4}, to 2^-27 and
     * 2^-55.
     */
    private static final Polynomial ERF_INV_TAIL = new Polynomial(
            new double[] {0x1.6a9efcp1, 0x1.006dc8p0, 0x1.35843p-7, -0x1.f4af62p-8, 0x1.74735p-8,
                -0x1.d5f816p-9, 0x1.882126p-10, -0x1.48986p-14, -0x1.4e2092p-12, 0x1.0fd9dp-13},
            new double[] {0x1.8abcc380d5a48p1, 0x1.0158a6d641d56p0, 0x1.5ffcfe5b7130dp-8,
                -0x1.ebadabba16583p-9, 0x1.468eeca73d31dp-9, -0x1.ba9240d378d76p-10,
                0x1.f3cc55187dabdp-11, -0x1.7448bdeaa8a4dp-12, 0x1.932d7f7b79e2cp-16,
                0x1.1e6adf336f3e5p-14, -0x1.8cf0d52026dfcp-15, 0x1.a23cbea21ca55p-17,
                0x1.88b374abd0b09p-19, -0x1.0b5e37d179447p-18, 0x1.924056f3c03b9p-20,
                -0x1.03d5141222c17p-25, -0x1.2324aae6cd176p-22, 0x1.1f9eeb05a87d2p-23,
                0x1.54d049cb15188p-31, -0x1.1614c61afa45p-26});

    /** Of f64 only, for a root above 4, of {@code √w - 5}, to 2^-60. */
    private static final Polynomial ERF_INV_END = new Polynomial(new double[] {},
            new double[] {0x1.3664ddd1ad7fbp2, 0x1.02a30d1fba10bp0, -0x1.22ea5df1cabc7p-13,
                -0x1.c2f36aa147fdbp-13, 0x1.3ebf4efade75bp-14, -0x1.4a34904ccf7e2p-16,
                0x1.2fbcfda6f24fbp-18, -0x1.0a902ff09d175p-20, 0x1.ebe30d4473a1dp-23,
                -0x1.22393e8d943ecp-24, 0x1.f28a711b5c2e3p-26, -0x1.055d098d25c38p-26,
                0x1.0cbc09de5605cp-27, -0x1.e5c0c589439bfp-29, 0x1.69c0dc6fe731ap-30,
                -0x1.a2c016257721fp-32, 0x1.322f695e7e27ap-34, 0x1.05901d98336d3p-36,
                -0x1.6731f6b5ba006p-36, 0x1.9a86d228cea24p-38});

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
     * Up to 3/4, 1 - erf(x). Above, {@code exp(-x²) g / (1 + 2|x|)}, where g is nearly constant, a
     * polynomial in a variable between -1 and 1 (Shepherd & Laframboise, "Chebyshev approximation of (1 +
     * 2x) exp(x²) erfc x", 1981). The square is in two parts: an error of its last bit would be one of many
     * bits in the exponential.
     */
    static Lane erfc(Lane x) {
        Lane size = x.abs().atMost(x.constant(11, 28));
        Lane minus = size.negated();
        Lane square = size.times(minus);
        Lane lost = size.fma(minus, square.negated());
        Lane g = ERFC.at(size.minus(4).over(size.plus(4)), -0x1.2008a8p-25, -0x1.aa9c415679e6fp-55);
        Lane divisor = size.fma(2, 1);
        Lane factor = g.over(divisor);
        // What the quotient and its divisor lost, over the divisor: g, nearly 5/4, over the quotient.
        Lane rest = factor.fma(size.fma(-2, divisor.minus(1)), factor.fma(divisor.negated(), g));
        Lane tail = Exponentials.timesExp(factor, rest.times(factor.times(0.8)), square, lost);
        Lane far = x.below(0).select(x.constant(2).minus(tail), tail);
        Lane near = x.constant(1).minus(x.fma(ERF.at(square.negated()), x));
        return size.below(0.75).select(near, far);
    }

    /** Of {@code w = -log(1 - x²)} or its root (Giles, "Approximating the erfinv function", 2011). */
    static Lane erfInv(Lane x) {
        Lane w = Logarithms.logOfNormal(x.negated().fma(x, 1)).negated();
        Lane root = w.sqrt();
        Lane inner = ERF_INV.at(w.minus(x.constant(2.5, 3.125)), -0x1.bfd654p-25, 0x1.f9c4d11b2b64p-58);
        Lane outer = ERF_INV_TAIL.at(root.minus(x.constant(3, 3.25)), -0x1.81765p-26, -0x1.2eb8244cae066p-53);
        if (x.format() == Lane.Format.DOUBLE) {
            Lane end = ERF_INV_END.at(root.minus(5), 0, -0x1.73af2d4eb3ec8p-54);
            outer = root.below(4).select(outer, end);
        }
        Lane y = w.below(x.constant(5, 6.25)).select(inner, outer).times(x);
        Lane size = x.abs();
        Lane ends = size.is(1).select(x.times(Double.POSITIVE_INFINITY), x.constant(Double.NaN));
        return size.below(1).select(y, ends);
    }
}
