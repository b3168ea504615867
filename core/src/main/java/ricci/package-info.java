/**
 * What a user imports: {@link ricci.Ricci} for the transformations and functions, {@link ricci.Tensor},
 * {@link ricci.Tree} and the function types {@link ricci.Fn} to {@link ricci.Fn4}, {@link ricci.Key} and
 * {@link ricci.Random}; {@link ricci.Convolutions}, {@link ricci.Slices}, {@link ricci.Ordering} and
 * {@link ricci.Combining} for functions of their kind.
 *
 * <p>Behind them, {@code Trace} records a function as a {@link ricci.ir.Program}; {@code Jit} and
 * {@code Differentiate} hand that to the backend and to the transformations.
 */
package ricci;
