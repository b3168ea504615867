/**
 * The einops notation: patterns that say how the axes of a tensor are permuted, split, merged, reduced,
 * repeated and contracted. {@link ricci.einops.Einops} holds the functions.
 *
 * <pre>
 * pattern  = inputs "->" side
 * inputs   = side                      for rearrange, reduce, repeat
 *          | side { "," side }         for einsum, where inputs repeat names
 * side     = { axis | "(" { axis } ")" }
 * axis     = name | number | "..."
 * name     = a letter, then letters, digits and "_", but no "_" at the end
 * number   = decimal digits, not 0; 1 stands for an axis of length 1, as does "()"
 * </pre>
 *
 * <p>Items are separated by spaces; the parentheses may touch their neighbours. A group is one axis of the
 * tensor, that runs through the axes in it with the last the fastest. An ellipsis stands for all axes that
 * the other items leave. A number above 1 is an axis of its own wherever it stands: in reduce it can only be
 * reduced, in repeat only made; in einsum it is summed on the left, and repeated on the right.
 *
 * <p>A call goes through three steps: the pattern is parsed, with the place of every part; a plan is made for
 * the shape at hand and kept; the plan is applied by the {@link ricci.einops.Backend} of the tensor's
 * library.
 */
package ricci.einops;
