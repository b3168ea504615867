/**
 * Loops over elements of memory: what a program becomes before it becomes the text of some machine. Nothing
 * here knows the JVM.
 *
 * <p>The grammar:
 *
 * {@snippet lang = text :
 * Kernel    = the number of buffers and of sizes, and one Loop, the outermost
 * Statement = Let(Local, Expression)              a name for a value
 *           | Store(Access, Expression)           to memory
 *           | Loop(Counter, extent, kind, Statement*, Fold*)
 * Fold      = Fold(Local, first, next, merge)     a value carried from turn to turn
 * Access    = a buffer, how an element is stored, Place
 * Place     = offset + stride * (Counter | Local) + …     in elements
 * Size      = Fixed | Argument                    a length, stride or offset
 * }
 *
 * <p>Sizes are arguments of a kernel wherever it is as fast so; kernels that differ in their arguments only
 * are one kernel.
 *
 * <p>The turns of a loop, unless it is an ordered one, are independent of one another but for its folds, of
 * which each turn's {@code next} reads the value before it. The folds of a loop are carried together: all
 * read what was before the turn. A loop may take its turns in any order and several at once, as its {@link
 * ricci.loop.Statement.Loop.Kind} says; a fold may then start several times from {@code first}, and join the
 * results with {@code merge}, in an order that depends on the sizes and the machine, but not on the number of
 * threads.
 *
 * <p>Arithmetic is that of Java on {@code float}, {@code double}, {@code int} and {@code long}: every
 * operation is rounded once, integers wrap around, conversions of floats to integers saturate, minimum and
 * maximum propagate NaN and order -0 before 0. Nothing is contracted or reassociated, except by folds.
 */
@org.jspecify.annotations.NullMarked
package ricci.loop;
