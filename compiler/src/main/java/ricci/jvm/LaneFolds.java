package ricci.jvm;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.util.List;
import java.util.function.Consumer;
import ricci.loop.Register;
import ricci.loop.Statement.Fold;
import ricci.loop.Statement.Loop;

/**
 * A vector loop with folds, written without vectors: its accumulators lie in an array that has an element for
 * each lane, so that each element is folded where a vector would fold it, and the bits are the same.
 */
final class LaneFolds {
    private final Frame frame;
    private final CodeBuilder code;
    private final ScalarCode scalars;
    private final Loop loop;
    private final Lanes lanes;
    private final int parts;
    private final int[] arrays;
    private final int base;
    private final int lane;

    LaneFolds(Frame frame, ScalarCode scalars, Loop loop, Lanes lanes, int parts) {
        this.frame = frame;
        this.code = frame.code();
        this.scalars = scalars;
        this.loop = loop;
        this.lanes = lanes;
        this.parts = parts;
        this.arrays = loop.folds().stream().mapToInt(_ -> code.allocateLocal(TypeKind.REFERENCE)).toArray();
        this.base = code.allocateLocal(TypeKind.LONG);
        this.lane = code.allocateLocal(TypeKind.INT);
    }

    /**
     * The loop up to the element in variable {@code extent}; {@code body} writes its body for one element.
     */
    void emit(int extent, Runnable body) {
        int all = parts * lanes.count();
        frame.load(loop.counter());
        code.lstore(base);
        for (int i = 0; i < arrays.length; i++) {
            code.loadConstant(all).newarray(kind(i)).astore(arrays[i]);
        }
        int count = code.allocateLocal(TypeKind.INT);
        code.loadConstant(all).istore(count);
        lanes(count, () -> store(fold -> scalars.emit(fold.first())));
        if (parts > 1) {
            turns(extent, all, count, body);
            merge();
        }
        code.loadConstant(lanes.count()).istore(count);
        turns(extent, lanes.count(), count, body);
        if (lanes.hasMaskedAccess()) {
            code.lload(extent).lload(base).lsub().l2i().istore(count);
            lanes(count, () -> element(body));
        }
        for (int i = 0; i < arrays.length; i++) {
            reduce(i, 0, 1);
            frame.store(loop.folds().get(i).accumulator());
        }
        if (!lanes.hasMaskedAccess()) {
            rest(extent, body);
        }
    }

    private TypeKind kind(int fold) {
        return Frame.kind(register(fold));
    }

    private Register register(int fold) {
        return loop.folds().get(fold).accumulator().register();
    }

    private void turns(int extent, int step, int count, Runnable body) {
        Label top = code.newLabel();
        Label end = code.newLabel();
        code.labelBinding(top);
        code.lload(base).lload(extent).loadConstant(step - 1L).lsub().lcmp().ifge(end);
        lanes(count, () -> element(body));
        code.lload(base).loadConstant((long) step).ladd().lstore(base);
        code.goto_(top).labelBinding(end);
    }

    /** Something for each lane up to the number in variable {@code count}. */
    private void lanes(int count, Runnable each) {
        Label top = code.newLabel();
        Label end = code.newLabel();
        code.loadConstant(0).istore(lane);
        code.labelBinding(top);
        code.iload(lane).iload(count).if_icmpge(end);
        each.run();
        code.iinc(lane, 1).goto_(top).labelBinding(end);
    }

    private void element(Runnable body) {
        code.lload(base).iload(lane).i2l().ladd();
        frame.store(loop.counter());
        List<Fold> folds = loop.folds();
        for (int i = 0; i < arrays.length; i++) {
            code.aload(arrays[i]).iload(lane).arrayLoad(kind(i));
            frame.store(folds.get(i).accumulator());
        }
        body.run();
        store(fold -> scalars.emit(fold.next()));
    }

    /** Writes something to the current lane of each fold, all computed before one is written. */
    private void store(Consumer<Fold> value) {
        loop.folds().forEach(value);
        for (int i = arrays.length - 1; i >= 0; i--) {
            int next = code.allocateLocal(kind(i));
            code.storeLocal(kind(i), next).aload(arrays[i]).iload(lane).loadLocal(kind(i), next)
                    .arrayStore(kind(i));
        }
    }

    private void merge() {
        int count = code.allocateLocal(TypeKind.INT);
        code.loadConstant(lanes.count()).istore(count);
        for (int step = 1; step < parts; step *= 2) {
            for (int part = 0; part + step < parts; part += 2 * step) {
                int into = part * lanes.count();
                int from = (part + step) * lanes.count();
                lanes(count, () -> {
                    for (int i = 0; i < arrays.length; i++) {
                        code.aload(arrays[i]).iload(lane).loadConstant(into).iadd();
                        code.dup2().arrayLoad(kind(i));
                        code.aload(arrays[i]).iload(lane).loadConstant(from).iadd().arrayLoad(kind(i));
                        scalars.merge(loop.folds().get(i).merging(), register(i));
                        code.arrayStore(kind(i));
                    }
                });
            }
        }
    }

    private void reduce(int fold, int first, int step) {
        if (step == lanes.count()) {
            code.aload(arrays[fold]).loadConstant(first).arrayLoad(kind(fold));
        } else {
            reduce(fold, first, 2 * step);
            reduce(fold, first + step, 2 * step);
            scalars.merge(loop.folds().get(fold).merging(), register(fold));
        }
    }

    private void rest(int extent, Runnable body) {
        Label top = code.newLabel();
        Label end = code.newLabel();
        code.labelBinding(top);
        code.lload(base).lload(extent).lcmp().ifge(end);
        code.lload(base);
        frame.store(loop.counter());
        body.run();
        loop.folds().forEach(fold -> scalars.emit(fold.next()));
        loop.folds().reversed().forEach(fold -> frame.store(fold.accumulator()));
        code.lload(base).loadConstant(1L).ladd().lstore(base);
        code.goto_(top).labelBinding(end);
    }
}
