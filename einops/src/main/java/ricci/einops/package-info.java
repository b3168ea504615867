/**
 * The einops notation: patterns that say how the axes of a tensor are permuted, split, merged, reduced,
 * repeated, joined, indexed and contracted. {@link ricci.einops.Einops} holds the functions.
 *
 * <pre>
 * pattern  = sides "->" sides          where brackets say enough, without "->" and what follows
 * sides    = side { "," side }         a side for each tensor
 * side     = { item }
 * item     = axis | group | bracket    and, right behind it, "..." to repeat it
 * group    = "(" { item } ")" | "(" items "+" items { "+" items } ")"
 * bracket  = "[" { item } "]"          what the operation sees
 * axis     = name [ "=" number ] [ "*" number ] | number | "..."
 * name     = a letter, then letters, digits and "_", but no "_" at the end
 * number   = decimal digits, not 0; 1 stands for an axis of length 1, as does "()"
 * </pre>
 *
 * <p>Items are separated by spaces; signs may touch their neighbours. What einops accepts means what it means
 * there. A group is one axis of the tensor, that runs through the axes in it with the last the fastest;
 * groups nest. An ellipsis stands for all axes that the other items leave. A number above 1 is an axis of its
 * own wherever it stands: in reduce it can only be reduced, in repeat only made; in einsum it is summed on
 * the left, and repeated on the right. Beyond einops:
 *
 * <ul>
 * <li>Lengths in place: {@code (h p=16)}.
 * <li>A sum {@code (q + k)} is one axis, in which one follows the other. On the left it is cut, on the right
 *     joined. The parts of the left become those of the right in their order, or, where that does not fit,
 *     by their names.
 * <li>A name that is on the left twice is the diagonal: {@code i i -> i}.
 * <li>A window {@code (y*2 p=3)} is an axis that is read at {@code y * 2 + p}; what has no stride has stride
 *     1. One length may be inferred: as many as fit. {@code x*2} alone is every second element. What is
 *     reduced is read by these strides and not copied first, where the tensors allow it: see
 *     {@link ricci.einops.adapters}.
 * <li>Dots right behind an axis or a group repeat it: {@code (s p)... c -> s... (p... c)} is for images of
 * any
 *     number of axes, where {@code axis("p", 2)} is for all of them and {@code axis("p", 2, 3)} for each.
 *     Behind a parenthesis they are an ellipsis of their own, as in einops, unless the pattern repeats a
 *     name too, or has brackets.
 * <li>Brackets mark what a reduction, a softmax, a sort or the like works on: {@code b [h w] c}. Without an
 *     arrow, reductions drop what is marked, and the others leave all axes in their places.
 * </ul>
 *
 * <p>Where einops leaves something to its libraries, or errs, this is decided:
 *
 * <ul>
 * <li>Integers have means, of double; their sums and products are long, and truths count as 0 and 1.
 * <li>Products in einsum have the type of the tensors, if that is one: those of integers wrap. Else they are
 *     of double if one tensor is, else of float if one is, and long for integers of two types. numpy makes
 *     double of int and float. An axis that only one tensor has is summed first, by which integers become
 *     long.
 * <li>An einsum stretches no axis of length 1.
 * <li>Any {@link java.util.List} of tensors stacks, if they have one shape and one type of elements: arrays
 *     are not promoted, as numpy does. An array such as {@code NDArray[]} is no list: pass
 *     {@code List.of(tensors)}. The same holds for what is packed, or joined by a sum, but for the lengths
 *     along it.
 * <li>Tensors are packed and unpacked beside axes of length 0, too.
 * <li>Unpacked pieces do not overlap, and are all of the tensor: into no pieces only a tensor without
 *     elements is unpacked.
 * <li>{@code rearrange} and {@code repeat} are no names of reductions.
 * <li>No length is negative; lengths are compared as the whole numbers that they are.
 * <li>Indices are integers: truths are none, and no index counts from the end.
 * <li>Every failure is an {@link ricci.einops.EinopsException}, null as an argument included.
 * </ul>
 *
 * <p>A call goes through three steps: the pattern is parsed, with the place of every part; a plan is made for
 * the shapes at hand and kept; the plan is applied by the {@link ricci.einops.Backend} of the tensors'
 * library, or, for plain arrays, buffers and segments, in one pass over memory. The result is new, or written
 * into memory that the caller has: {@link ricci.einops.Layer#applyInto}. Large arrays of floats and ints are
 * rearranged by vector instructions where the Vector API is there, and rows of floats added up: start java
 * with {@code --add-modules jdk.incubator.vector}. Results are the same.
 */
package ricci.einops;
