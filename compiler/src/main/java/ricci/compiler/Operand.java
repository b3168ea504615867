package ricci.compiler;

import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.Shape;
import ricci.ir.TensorType;

/**
 * What loops read: a view of a tensor, or the same number everywhere.
 *
 * @param view none of a number
 * @param number none of a view
 * @param prologue of a tensor that is not in memory: what computes its elements where they are packed
 */
record Operand(TensorType type, @Nullable View view, @Nullable Number number, @Nullable Prologue prologue) {
    Operand(TensorType type, @Nullable View view, @Nullable Number number) {
        this(type, view, number, null);
    }

    static Operand of(Atom atom, Fuse.Cut cut) {
        return switch (atom) {
            case Atom.Var v -> new Operand(v.type().with(cut.view(v).shape()), cut.view(v), null,
                    cut.prologues().get(cut.view(v).base()));
            case Atom.Literal(var type, var value) -> new Operand(type, null, value);
        };
    }

    static Operand of(DType dtype, View view) {
        return new Operand(new TensorType(dtype, view.shape()), view, null);
    }

    /** The same number everywhere. */
    static Operand of(TensorType type, Number number) {
        return new Operand(type, null, number);
    }

    /** All of a variable that has elements in memory. */
    static Operand whole(Atom.Var v) {
        return of(v.type().dtype(), View.of(v));
    }

    DType dtype() {
        return type.dtype();
    }

    Shape shape() {
        return type.shape();
    }

    long offset() {
        return view == null ? 0 : view.offset();
    }

    /** The same elements, with the axes in another order. */
    Operand transpose(List<Integer> order) {
        return new Operand(type.with(type.shape().select(order)), view == null ? null : view.transpose(order),
                number, prologue);
    }

    /** The same elements, so much farther on. */
    Operand shifted(long elements) {
        return view == null ? this : new Operand(type, new View(view.base(), view.shape(),
                view.offset() + elements, view.strides(), view.isLine()), null, prologue);
    }

    /** The strides along all axes. */
    List<Long> strides() {
        return view == null ? Collections.nCopies(type.rank(), 0L) : view.strides();
    }

    long stride(int axis) {
        return strides().get(axis);
    }
}
