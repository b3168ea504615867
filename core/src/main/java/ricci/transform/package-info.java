/**
 * Transformations {@code Program -> Program}, one per file: {@link ricci.transform.Jvp} pushes tangents
 * forward, {@link ricci.transform.Linearize} separates what is linear in them,
 * {@link ricci.transform.Transpose} turns that part around, {@link ricci.transform.Vjp} puts the three
 * together, {@link ricci.transform.Dce} drops what no one needs. {@link ricci.transform.Vmap} vectorises,
 * {@link ricci.transform.Spmd} makes programs that many shards run.
 *
 * <p>Each has one switch over the primitives; the rules of a family are in a file beside it, such as
 * {@code VmapControl}.
 */
package ricci.transform;
