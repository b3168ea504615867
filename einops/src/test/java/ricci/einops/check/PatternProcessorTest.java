package ricci.einops.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.source.util.JavacTask;
import com.sun.source.util.TaskEvent;
import com.sun.source.util.TaskListener;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.Writer;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.TypeElement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the check behaves beside other processors, in other tools, and when it is at fault itself. */
class PatternProcessorTest {
    private static final String WRONG = """
            class Wrong {
                Object x = ricci.einops.Einops.rearrange(new float[1], "a -> b");
                Object y = ricci.einops.Einops.rearrange(new float[1], "a -> (b)");
            }
            """;

    private Javac javac = new Javac(Path.of(""));

    @BeforeEach
    void open(@TempDir Path folder) {
        javac = new Javac(folder);
    }

    /** A processor of someone else. */
    private abstract static class Other extends AbstractProcessor {
        @Override
        public Set<String> getSupportedAnnotationTypes() {
            return Set.of("*");
        }

        @Override
        public SourceVersion getSupportedSourceVersion() {
            return SourceVersion.latest();
        }

        @Override
        public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
            return false;
        }
    }

    /** Writes a class in each of three rounds, the last of which is wrong. */
    private static final class Generator extends Other {
        private int rounds;

        @Override
        public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
            rounds++;
            if (rounds <= 3) {
                String name = rounds < 3 ? "Wrong" + rounds : "Wrong";
                try (Writer file = processingEnv.getFiler().createSourceFile(name).openWriter()) {
                    file.write(rounds < 3 ? "class " + name + " {}" : WRONG);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
            return false;
        }
    }

    @Test
    void whatProcessorsGenerateIsChecked() throws IOException {
        javac.with("Empty.java", "class Empty { Wrong wrong; }");
        javac.compile(List.of(new PatternProcessor(), new Generator())).hasErrors(2);
    }

    @Test
    void annotationsAreLeftToOthers() throws IOException {
        javac.with("Marked.java", "class Marked { @Deprecated @ricci.Mark void m() {} }")
                .with("ricci/Mark.java", "package ricci; public @interface Mark {}");
        var claimed = new ArrayList<String>();
        javac.compile(List.of(new PatternProcessor(), new Other() {
            @Override
            // So that javac has no annotation left to warn of.
            @SuppressWarnings("DoNotClaimAnnotations")
            public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
                annotations.forEach(each -> claimed.add(each.getQualifiedName().toString()));
                return true;
            }
        }), "-Xlint:all", "-Werror").isClean();
        assertTrue(claimed.contains("ricci.Mark"), claimed::toString);
    }

    @Test
    void withProcOnlyNothingIsAnalysed() throws IOException {
        javac.with("Wrong.java", WRONG).check("-proc:only").isClean();
    }

    @ParameterizedTest
    @ValueSource(strings = {"simple", "byfile", "bytodo"})
    void everyPolicyOfJavac(String policy) throws IOException {
        javac.with("Before.java", "class Before { Wrong wrong = new Wrong(); }").with("Wrong.java", WRONG)
                .with("Xafter.java", "class Xafter extends Wrong {}")
                .check("-XDcompilePolicy=" + policy).hasErrors(2);
    }

    @Test
    void sourcesThatAreFoundOnThePath() throws IOException {
        javac.with("a/Uses.java", "class Uses extends Wrong {}").with("Wrong.java", WRONG)
                .check("-implicit:class", "-sourcepath", javac.folder().toString()).hasErrors(2);
    }

    @Test
    void errorsOfOtherKindsStandBesideIt() throws IOException {
        var outcome = javac.with("Wrong.java", WRONG.replace("class Wrong {", """
                class Wrong extends Missing {
                    int n = "text";
                    Object a = ricci.einops.Einops.rearrange(missing, "a -> b");
                    Object b = ricci.einops.Einops.rearrange("a -> b", missing(1));
                    Object c = ricci.einops.Einops.missing(1, "a -> b");
                    Object d = ricci.einops.Missing.rearrange(1, "a -> b");
                    Object e = missing.rearrange(1, "a -> b");
                """)).check();
        assertTrue(outcome.text().contains("cannot find symbol"), outcome.text());
        assertTrue(!outcome.text().contains("not checked"), outcome.text());
    }

    @Test
    void modulesAndPackages() throws IOException {
        javac.with("module-info.java", "/** Nothing. */ module nothing {}")
                .with("p/package-info.java", "/** Nothing. */ package p;")
                .check("-Xlint:all", "-Werror").isClean();
    }

    /** The check in an environment that something has put around javac's. */
    private static Other in(UnaryOperator<ProcessingEnvironment> wrapping) {
        return new Other() {
            @Override
            public synchronized void init(ProcessingEnvironment environment) {
                super.init(environment);
                new PatternProcessor().init(wrapping.apply(environment));
            }
        };
    }

    private static ProcessingEnvironment proxy(ClassLoader loader, ProcessingEnvironment inner) {
        return (ProcessingEnvironment) Proxy.newProxyInstance(loader,
                new Class<?>[] {ProcessingEnvironment.class},
                (_, method, arguments) -> method.invoke(inner, arguments));
    }

    @Test
    void inAnotherCompilerItIsSilent() throws IOException {
        ClassLoader own = Objects.requireNonNull(getClass().getClassLoader());
        javac.with("Wrong.java", WRONG).compile(List.of(in(inner -> proxy(own, inner)))).isClean();
    }

    @Test
    void inGradle(@TempDir Path tools) throws Exception {
        new Javac(tools).with("Environment.java", """
                package org.gradle.like;

                import java.util.*;
                import javax.annotation.processing.*;
                import javax.lang.model.SourceVersion;
                import javax.lang.model.util.*;

                public class Environment implements ProcessingEnvironment {
                    private final ProcessingEnvironment delegate;

                    public Environment(ProcessingEnvironment delegate) {
                        this.delegate = delegate;
                    }

                    public Map<String, String> getOptions() { return delegate.getOptions(); }
                    public Messager getMessager() { return delegate.getMessager(); }
                    public Filer getFiler() { return delegate.getFiler(); }
                    public Elements getElementUtils() { return delegate.getElementUtils(); }
                    public Types getTypeUtils() { return delegate.getTypeUtils(); }
                    public SourceVersion getSourceVersion() { return delegate.getSourceVersion(); }
                    public Locale getLocale() { return delegate.getLocale(); }
                }
                """).check().isClean();
        try (var loader = new URLClassLoader(new URL[] {tools.toUri().toURL()})) {
            var constructor = loader.loadClass("org.gradle.like.Environment")
                    .getConstructor(ProcessingEnvironment.class);
            javac.with("Wrong.java", WRONG).compile(List.of(in(inner -> {
                try {
                    // Gradle puts one around another.
                    return (ProcessingEnvironment) constructor.newInstance(constructor.newInstance(inner));
                } catch (ReflectiveOperationException e) {
                    throw new LinkageError(e.getMessage(), e);
                }
            }))).hasErrors(2);
        }
    }

    @Test
    void inIntelliJ(@TempDir Path tools) throws Exception {
        new Javac(tools).with("APIWrappers.java", """
                package org.jetbrains.jps.javac;

                public class APIWrappers {
                    public static Object inner;

                    public static <T> T unwrap(Class<T> type, T wrapper) {
                        return type.cast(inner);
                    }
                }
                """).check().isClean();
        try (var loader = new URLClassLoader(new URL[] {tools.toUri().toURL()})) {
            var held = loader.loadClass("org.jetbrains.jps.javac.APIWrappers").getField("inner");
            javac.with("Wrong.java", WRONG).compile(List.of(in(inner -> {
                try {
                    held.set(null, inner);
                    return proxy(loader, inner);
                } catch (ReflectiveOperationException e) {
                    throw new LinkageError(e.getMessage(), e);
                }
            }))).hasErrors(2);
        }
    }

    /** Listens with a listener that cannot work. */
    private static final class Broken extends Other {
        @Override
        @SuppressWarnings("NullAway")
        public synchronized void init(ProcessingEnvironment environment) {
            super.init(environment);
            JavacTask task = JavacTask.instance(environment);
            task.addTaskListener(new PatternListener(Trees.instance(task), null));
        }
    }

    @Test
    void aDefectOfTheCheckRefusesNoProgram() throws IOException {
        var outcome = javac.with("Wrong.java", WRONG).with("Other.java", "class Other extends Wrong {}")
                .compile(List.of(new Broken()), "-Xlint:all", "-Werror");
        assertTrue(outcome.right(), outcome.text());
        assertEquals(1, outcome.text().lines().filter(line -> line.contains("not checked any further"))
                .count(), outcome.text());
    }

    @Test
    void otherEventsAreNoneOfItsConcern() throws IOException {
        var kinds = new TreeSet<TaskEvent.Kind>();
        javac.with("Wrong.java", WRONG).compile(List.of(new PatternProcessor(), new Other() {
            @Override
            public synchronized void init(ProcessingEnvironment environment) {
                JavacTask.instance(environment).addTaskListener(new TaskListener() {
                    @Override
                    public void finished(TaskEvent event) {
                        kinds.add(event.getKind());
                    }
                });
            }
        })).hasErrors(2);
        assertTrue(kinds.contains(TaskEvent.Kind.ANALYZE) && !kinds.contains(TaskEvent.Kind.GENERATE),
                kinds::toString);
    }
}
