package ricci.jvm;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import ricci.loop.Access;
import ricci.loop.Expression;
import ricci.loop.Place;
import ricci.loop.Statement;
import ricci.loop.Statement.Loop;
import ricci.loop.Variable;

/**
 * A loop that is a method of its own. The JVM brings what is the same in all turns to registers as early as
 * it can: if that were in the loop before this one, its sums would have none.
 *
 * @param given the variables that it reads of those around it
 */
record Outline(String name, Loop loop, List<Variable> given) {
    private static final ClassDesc LONGS = ConstantDescs.CD_long.arrayType();

    static Outline of(String name, Loop loop) {
        Walk walk = new Walk();
        walk.loop(loop);
        return new Outline(name, loop, List.copyOf(walk.given));
    }

    /** Arrays of buffers and sizes, as a kernel has them, and the variables. */
    MethodTypeDesc type() {
        List<ClassDesc> parameters = new ArrayList<>(List.of(LONGS, LONGS));
        given.forEach(v -> parameters.add(Frame.kind(v).upperBound()));
        return MethodTypeDesc.of(ConstantDescs.CD_void, parameters);
    }

    /** Calls the method from another one of the class. */
    void call(Frame frame, ClassDesc owner) {
        frame.code().aload(0).aload(1).aload(2);
        given.forEach(frame::load);
        frame.code().invokevirtual(owner, name, type());
    }

    /** Calls the method so that it does nothing. */
    void callForNothing(CodeBuilder code, ClassDesc owner) {
        code.aload(0).aconst_null().aconst_null();
        for (Variable v : given) {
            switch (Frame.kind(v)) {
                case LONG -> code.lconst_0();
                case FLOAT -> code.fconst_0();
                case DOUBLE -> code.dconst_0();
                case BOOLEAN, BYTE, CHAR, SHORT, INT -> code.iconst_0();
                case REFERENCE -> code.aconst_null();
                case VOID -> throw new IllegalStateException(v + " has no value");
            }
        }
        code.invokevirtual(owner, name, type());
    }

    /** In the method, first of all: returns if it is to do nothing. */
    static void returnForNothing(CodeBuilder code) {
        Label work = code.newLabel();
        code.aload(1).ifnonnull(work).return_().labelBinding(work);
    }

    /** In the method, has the variables read from its parameters. */
    void begin(Frame frame) {
        int slot = 3;
        for (Variable v : given) {
            TypeKind kind = Frame.kind(v);
            frame.bind(v, slot);
            slot += kind.slotSize();
        }
    }

    /** Collects the variables that are read but not defined. */
    private static final class Walk {
        private final Set<Variable> given = new LinkedHashSet<>();
        private final Set<Variable> own = new HashSet<>();

        void loop(Loop loop) {
            own.add(loop.counter());
            for (Statement.Fold fold : loop.folds()) {
                expression(fold.first());
                own.add(fold.accumulator());
            }
            loop.body().forEach(this::statement);
            loop.folds().forEach(fold -> expression(fold.next()));
        }

        private void statement(Statement statement) {
            switch (statement) {
                case Statement.Let(var local, var value) -> {
                    expression(value);
                    own.add(local);
                }
                case Statement.Store(Access(_, _, var place), var value) -> {
                    expression(value);
                    place(place);
                }
                case Loop loop -> loop(loop);
            }
        }

        private void expression(Expression e) {
            switch (e) {
                case Expression.Read(var local) -> use(local);
                case Expression.Load(Access(_, _, var place)) -> place(place);
                case Expression.Index(var place) -> place(place);
                case Expression.Constant _, Expression.Unary _, Expression.Binary _, Expression.Fma _,
                        Expression.Compare _, Expression.Select _, Expression.Convert _,
                        Expression.Reinterpret _, Expression.Beyond _ -> { }
            }
            e.parts().forEach(this::expression);
        }

        private void place(Place place) {
            place.terms().forEach(term -> use(term.factor()));
        }

        private void use(Variable variable) {
            if (!own.contains(variable)) {
                given.add(variable);
            }
        }
    }
}
