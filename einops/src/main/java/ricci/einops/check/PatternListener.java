package ricci.einops.check;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TaskEvent;
import com.sun.source.util.TaskListener;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import javax.tools.Diagnostic;
import org.jspecify.annotations.Nullable;
import ricci.einops.EinopsException.Kind;
import ricci.einops.PatternCheck;

/**
 * Checks the patterns of every class that javac has analysed, when names and types are known and no code has
 * been written yet. Tools that call the compiler themselves use it directly:
 *
 * {@snippet :
 * JavacTask task = (JavacTask) compiler.getTask(null, files, null, options, null, sources);
 * PatternListener.listen(task);
 * boolean right = task.call();
 * }
 */
public final class PatternListener implements TaskListener {
    /**
     * What is checked already: a jar on the path of processors is one of them even if it is asked for as a
     * plugin. javac offers no other place to remember that.
     */
    private static final Set<JavacTask> LISTENED =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    private final Trees trees;
    private final Calls calls;
    private boolean broken;

    PatternListener(Trees trees, Calls calls) {
        this.trees = trees;
        this.calls = calls;
    }

    /** Checks what the task compiles, once. */
    public static void listen(JavacTask task) {
        if (!LISTENED.add(task)) {
            return;
        }
        Trees trees = Trees.instance(task);
        task.addTaskListener(new PatternListener(trees, new Calls(trees)));
    }

    @Override
    public void finished(TaskEvent event) {
        // A module or package has no type; files of source that failed early have no unit.
        if (event.getKind() != TaskEvent.Kind.ANALYZE || event.getTypeElement() == null
                || event.getCompilationUnit() == null || broken) {
            return;
        }
        CompilationUnitTree unit = event.getCompilationUnit();
        try {
            for (Tree declaration : unit.getTypeDecls()) {
                TreePath path = new TreePath(new TreePath(unit), declaration);
                // Only this class: others of the file are not analysed yet, or already compiled.
                if (declaration instanceof ClassTree
                        && event.getTypeElement().equals(trees.getElement(path))) {
                    new Scanner().scan(path, null);
                }
            }
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError defect) {
            // A program is not refused because of a defect here.
            broken = true;
            trees.printMessage(Diagnostic.Kind.NOTE, "einops patterns are not checked any further: " + defect,
                    unit, unit);
        }
    }

    private final class Scanner extends TreePathScanner<@Nullable Void, @Nullable Void> {
        @Override
        public @Nullable Void visitMethodInvocation(MethodInvocationTree call, @Nullable Void none) {
            calls.read(getCurrentPath()).ifPresent(found -> PatternCheck.mistake(found.use())
                    .ifPresent(mistake -> trees.printMessage(Diagnostic.Kind.ERROR, mistake.text(),
                            mistake.kind() == Kind.UNKNOWN_REDUCTION ? found.reduction() : found.pattern(),
                            getCurrentPath().getCompilationUnit())));
            return super.visitMethodInvocation(call, null);
        }
    }
}
