/**
 * The typed intermediate representation that every transformation reads and writes.
 *
 * <pre>
 * Program  = inputs Var*, equations Equation*, results Atom*
 * Equation = results Var*, Op, operands Atom*, Source
 * Atom     = Var(id, TensorType) | Literal(TensorType, value)
 * </pre>
 *
 * <p>Primitives come in families, each a sealed interface: {@link ricci.ir.Op} itself (elementwise, moves,
 * reductions, products, indexing), {@link ricci.ir.Complex}, {@link ricci.ir.Windows},
 * {@link ricci.ir.LinearAlgebra}, {@link ricci.ir.Control}, {@link ricci.ir.Custom} and
 * {@link ricci.ir.Collective}.
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
 * <li>Derivatives at kinks: of abs at 0 it is 1; maximum and minimum of equal operands share it in halves, and
 * a reduction to the greatest or least shares it equally among all that are; a clamp's is 0 at its bounds.
 * Sorting is stable, with NaN last; what ties goes by position.</li>
 * <li>The gradient of a real function by a complex number is the conjugate of that by which it rises fastest:
 * the derivative by the real part less i times that by the imaginary one.</li>
 * <li>Control flow: an index outside the branches counts as the nearest; only the chosen branch runs. A while
 * loop of no limit has no transpose.</li>
 * <li>Collectives: all of a group take part in each, in the same order. A result that is not distributed is
 * that of the first shard; transposes are those of the map between all that all hold.</li>
 * </ul>
 */
package ricci.ir;
