/**
 * Transformations {@code Program -> Program}, one per file: {@link ricci.transform.Jvp} pushes tangents
 * forward, {@link ricci.transform.Linearize} separates what is linear in them,
 * {@link ricci.transform.Transpose} turns that part around, {@link ricci.transform.Vjp} puts the three
 * together, {@link ricci.transform.Dce} drops what no one needs. {@link ricci.transform.Vmap} vectorises.
 */
package ricci.transform;
