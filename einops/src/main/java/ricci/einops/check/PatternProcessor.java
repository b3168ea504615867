package ricci.einops.check;

import com.sun.source.util.JavacTask;
import java.lang.reflect.Field;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.TypeElement;

/**
 * Checks patterns as an annotation processor, though there is no annotation: javac loads it, and so it can
 * listen. In a compiler other than javac it does nothing. How to switch it on is in the package description.
 */
public final class PatternProcessor extends AbstractProcessor {
    /** For javac, which finds it by its name. */
    public PatternProcessor() {}

    @Override
    public Set<String> getSupportedAnnotationTypes() {
        return Set.of("*");
    }

    @Override
    public SourceVersion getSupportedSourceVersion() {
        return SourceVersion.latest();
    }

    @Override
    public synchronized void init(ProcessingEnvironment environment) {
        super.init(environment);
        try {
            javac(environment).ifPresent(PatternListener::listen);
        } catch (LinkageError notJavac) {
            // The compiler is another one, on a Java without the module of javac.
        }
    }

    private static Optional<JavacTask> javac(ProcessingEnvironment environment) {
        try {
            return Optional.of(JavacTask.instance(environment));
        } catch (IllegalArgumentException notItsOwn) {
            return unwrapped(environment).flatMap(PatternProcessor::javac);
        }
    }

    /**
     * What build tools put around javac's environment, which they do to see which files a processor writes.
     * They have no other way to the inner one than these names; without them nothing is checked there.
     */
    private static Optional<ProcessingEnvironment> unwrapped(ProcessingEnvironment outer) {
        try {
            if (outer.getClass().getName().startsWith("org.gradle.")) {
                Field delegate = outer.getClass().getDeclaredField("delegate");
                delegate.setAccessible(true);
                return Optional.ofNullable((ProcessingEnvironment) delegate.get(outer));
            }
            if (Proxy.isProxyClass(outer.getClass())) {
                // IntelliJ IDEA's.
                Object inner = Class.forName("org.jetbrains.jps.javac.APIWrappers", true,
                        outer.getClass().getClassLoader())
                        .getDeclaredMethod("unwrap", Class.class, Object.class)
                        .invoke(null, ProcessingEnvironment.class, outer);
                return Optional.ofNullable((ProcessingEnvironment) inner)
                        .filter(each -> !each.equals(outer));
            }
        } catch (ReflectiveOperationException | RuntimeException another) {
            // Another tool, or another version of it.
        }
        return Optional.empty();
    }

    /** Leaves all annotations to other processors. */
    @Override
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
        return false;
    }
}
