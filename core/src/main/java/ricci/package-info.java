/**
 * What a user imports: {@link ricci.Ricci} for the transformations and functions, {@link ricci.Tensor},
 * {@link ricci.Tree} and the function types {@link ricci.Fn} to {@link ricci.Fn4}, {@link ricci.Key} and
 * {@link ricci.Random}; {@link ricci.Convolutions}, {@link ricci.Slices}, {@link ricci.Ordering} and
 * {@link ricci.Combining} for functions of their kind.
 *
 * <p>Further transformations: {@link ricci.Derivatives} (Jacobians, linearize), {@link ricci.ControlFlow} for
 * choices and loops, {@link ricci.CustomDerivatives} and {@link ricci.Checkpoint}, {@link ricci.Collectives}
 * and {@link ricci.Parallel}. Further functions: {@link ricci.Linalg}, {@link ricci.Fft},
 * {@link ricci.Complex}; and, named as NumPy's are, {@link ricci.Creation}, {@link ricci.Manipulation},
 * {@link ricci.Arithmetic}, {@link ricci.Logic}, {@link ricci.Searching}, {@link ricci.Statistics} and
 * {@link ricci.Products}.
 *
 * <p>Behind them, {@code Trace} records a function as a {@link ricci.ir.Program}; {@code Jit} and
 * {@code Differentiate} hand that to the backend and to the transformations.
 *
 * <p>What cannot be done is refused with a {@link ricci.ir.RicciException}, or by the notation with an
 * {@link ricci.einops.EinopsException}: also what would not end or not fit into memory. Nothing is null but
 * what is said to be nullable, and parts of trees; null in the place of anything else is refused in the same
 * way, or by the JVM with a NullPointerException that names the argument.
 */
package ricci;
