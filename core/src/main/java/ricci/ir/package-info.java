/**
 * The typed intermediate representation that every transformation reads and writes.
 *
 * <pre>
 * Program  = inputs Var*, equations Equation*, results Atom*
 * Equation = results Var*, Op, operands Atom*, Source
 * Atom     = Var(id, TensorType) | Literal(TensorType, value)
 * </pre>
 *
 * <h2>What programs mean</h2>
 * <ul>
 * <li>A program is a pure function. Equations run as if in order; one that no result needs may be left
 * out.</li>
 * <li>Floats: each elementwise primitive gives the exact result rounded once to the dtype (transcendental
 * functions: within 2 ulp). Nothing is flushed to zero; NaN and infinities follow IEEE 754. Max and min of
 * NaN are NaN.</li>
 * <li>Sums and contractions may associate in any order and at any higher precision; a reduction's value
 * therefore is defined up to the error bound of a sum in its dtype; so are those of a cumulative
 * operation.</li>
 * <li>A scatter combines its updates as if one after the other in row-major order.</li>
 * <li>Integers wrap around. Division truncates; by zero it gives -1, and the remainder is the dividend. A
 * shift by the width or more gives 0 (arithmetic right: the sign).</li>
 * <li>Converting a float to an integer truncates and saturates, NaN becomes 0; between integers it wraps; to
 * bool, it is {@code x != 0}.</li>
 * </ul>
 */
package ricci.ir;
