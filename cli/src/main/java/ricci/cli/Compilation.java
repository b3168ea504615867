package ricci.cli;

import com.sun.source.util.JavacTask;
import com.sun.source.util.TaskEvent;
import com.sun.source.util.TaskListener;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.NestingKind;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import ricci.einops.check.PatternListener;

/**
 * A program that has been compiled.
 *
 * @param source what was compiled
 * @param mainClass the binary name of the first class in the file, which is the one that starts
 * @param loader the classes; their module is the loader's unnamed one, so that Ricci can read the
 *     user's records
 */
record Compilation(SourceFile source, String mainClass, ClassLoader loader) {
    /** The name of the loader of the user's classes, which marks their frames in a stack trace. */
    static final String LOADER_NAME = "program";

    /** Compiles the program; every module of Ricci is on its path, and wrong patterns are errors. */
    static Compilation of(SourceFile source) throws Refusal {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        var messages = new StringWriter();
        var firstClass = new FirstClass();
        try (var classes = new ClassesInMemory(standardFiles(compiler))) {
            var task = (JavacTask) compiler.getTask(messages, classes, null, options(), null,
                    List.of(new Text(source)));
            task.addTaskListener(firstClass);
            PatternListener.listen(task);
            if (!task.call()) {
                throw Refusal.program(messages + advice(source, messages.toString()));
            }
            return new Compilation(source, firstClass.name(source), classes.loader());
        } catch (IOException e) {
            throw Refusal.usage("cannot compile %s: %s".formatted(source.path(), e));
        }
    }

    private static StandardJavaFileManager standardFiles(JavaCompiler compiler) throws IOException {
        var files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8);
        // Only what Ricci brings: neither the user's CLASSPATH nor the folder in which the command was given.
        files.setLocationFromPaths(StandardLocation.CLASS_PATH, List.of());
        files.setLocationFromPaths(StandardLocation.MODULE_PATH, modulePath());
        return files;
    }

    private static List<Path> modulePath() {
        String path = System.getProperty("jdk.module.path", "");
        return Stream.of(path.split(File.pathSeparator)).filter(entry -> !entry.isEmpty()).map(Path::of)
                .toList();
    }

    private static List<String> options() {
        // Without the command itself, and with it the libraries that only the command needs.
        var command = Compilation.class.getModule();
        var modules = command.getLayer().modules().stream().filter(module -> module != command)
                .map(Module::getName).filter(name -> name.startsWith("ricci.")).sorted().toList();
        return List.of("-proc:none", "-Xlint:none", "-XDsuppressNotes", "-g", "-parameters",
                "--add-modules", String.join(",", modules));
    }

    private static String advice(SourceFile source, String messages) {
        if (SourceVersion.isName(source.stem()) || !messages.contains("bad file name")) {
            return "";
        }
        return "A program without a class takes its name from the file, and '%s' is no Java name: rename it."
                .formatted(source.stem());
    }

    /** Remembers the first class of the file. */
    private static final class FirstClass implements TaskListener {
        private Optional<String> name = Optional.empty();

        @Override
        public void started(TaskEvent event) {
            if (event.getKind() == TaskEvent.Kind.ANALYZE && name.isEmpty()) {
                name = Optional.ofNullable(event.getTypeElement())
                        .map(type -> type.getQualifiedName().toString());
            }
        }

        String name(SourceFile source) throws Refusal {
            return name.orElseThrow(() -> Refusal.program(
                    "ricci: %s has no class and no method to start; write void main() { … }"
                            .formatted(source.path())));
        }
    }

    /** The source as the compiler sees it: messages show the path as the user wrote it. */
    private static final class Text extends SimpleJavaFileObject {
        private final SourceFile source;

        Text(SourceFile source) {
            super(source.path().toUri(), Kind.SOURCE);
            this.source = source;
        }

        @Override
        public String getName() {
            return source.path().toString();
        }

        @Override
        public String getCharContent(boolean ignoreEncodingErrors) {
            return source.text();
        }

        /** A public class may have another name than the file, as with {@code java FILE.java}. */
        @Override
        public boolean isNameCompatible(String simpleName, Kind kind) {
            return kind == Kind.SOURCE && SourceVersion.isIdentifier(simpleName);
        }

        @Override
        public @Nullable NestingKind getNestingKind() {
            return null;
        }

        @Override
        public @Nullable Modifier getAccessLevel() {
            return null;
        }
    }

    /** Keeps what the compiler writes. */
    private static final class ClassesInMemory extends ForwardingJavaFileManager<StandardJavaFileManager> {
        private final List<ClassBytes> written = new ArrayList<>();

        ClassesInMemory(StandardJavaFileManager files) {
            super(files);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(JavaFileManager.Location location, String className,
                JavaFileObject.Kind kind, @Nullable FileObject sibling) {
            var bytes = new ClassBytes(className);
            written.add(bytes);
            return bytes;
        }

        ClassLoader loader() {
            var classes = new HashMap<String, byte[]>();
            written.forEach(one -> classes.put(one.className, one.bytes.toByteArray()));
            return new ProgramLoader(classes);
        }
    }

    private static final class ClassBytes extends SimpleJavaFileObject {
        private final String className;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        ClassBytes(String className) {
            super(URI.create("memory:///" + className.replace('.', '/') + Kind.CLASS.extension), Kind.CLASS);
            this.className = className;
        }

        @Override
        public OutputStream openOutputStream() {
            return bytes;
        }
    }

    /** Defines the user's classes; all others come from the modules that are already there. */
    private static final class ProgramLoader extends ClassLoader {
        private final Map<String, byte[]> classes;

        ProgramLoader(Map<String, byte[]> classes) {
            super(LOADER_NAME, Compilation.class.getClassLoader());
            this.classes = Map.copyOf(classes);
        }

        /** The user's class comes first, even if a library on the path has one of the same name. */
        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!classes.containsKey(name)) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? findClass(name) : loaded;
            }
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            byte[] bytes = classes.get(name);
            if (bytes == null) {
                throw new ClassNotFoundException(name);
            }
            return defineClass(name, bytes, 0, bytes.length);
        }
    }
}
