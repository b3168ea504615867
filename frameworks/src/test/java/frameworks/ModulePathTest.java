package frameworks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnxruntime.OnnxTensor;
import frameworks.examples.DjlExample;
import frameworks.examples.ImageExample;
import frameworks.examples.OnnxExample;
import frameworks.examples.TensorFlowExample;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import ricci.einops.Einops;

/** Programs whose JVM has the notation on its module path, the libraries here or there, or not at all. */
class ModulePathTest {
    private static final List<String> IMAGES =
            List.of("thumbnail 16 x 12", "grey      152", "tiles     128 x 24");

    private static String place(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The parts of the class path whose names have one of these words. */
    private static Predicate<String> named(String... words) {
        return path -> Stream.of(words).anyMatch(new File(path).getName()::startsWith);
    }

    private static String path(Predicate<String> chosen) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator)).filter(chosen)
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static List<String> run(Class<?> program, String modules, String libraries, String... options)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED", "-Djava.awt.headless=true", "-Dai.djl.offline=true",
                "--module-path", modules, "--class-path",
                place(program) + File.pathSeparator + libraries));
        for (String property : List.of("DJL_CACHE_DIR", "ENGINE_CACHE_DIR")) {
            String value = System.getProperty(property);
            if (value != null) {
                command.add("-D" + property + "=" + value);
            }
        }
        command.addAll(List.of(options));
        command.add(program.getName());
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return printed.lines().toList();
    }

    private static final Predicate<String> DJL = named("api-", "pytorch-engine", "gson", "jna-5", "slf4j",
            "commons-compress", "commons-io", "commons-codec", "commons-lang3");
    private static final Predicate<String> NATIVE = named("pytorch-native", "pytorch-jni");
    private static final Predicate<String> TENSORFLOW =
            named("tensorflow", "ndarray", "javacpp", "protobuf-java");

    @Test
    void librariesOnTheClassPath() throws Exception {
        String libraries = path(DJL.or(NATIVE).or(named("onnxruntime")));
        String notation = "--add-modules=ricci.einops";
        assertEquals("patches  (2, 16, 192)",
                run(DjlExample.class, place(Einops.class), libraries, notation).getFirst());
        assertEquals("best     [2, 2]",
                run(OnnxExample.class, place(Einops.class), libraries, notation).getLast());
    }

    /** But for ND4J, whose jars share packages. */
    @Test
    void librariesOnTheModulePath() throws Exception {
        assertEquals("patches  (2, 16, 192)",
                run(DjlExample.class, withNotation(path(DJL)), path(NATIVE), ALL).getFirst());
        assertEquals("best     [2, 2]",
                run(OnnxExample.class, withNotation(place(OnnxTensor.class)), "", ALL).getLast());
        assertEquals("greatest 39.0",
                run(TensorFlowExample.class, withNotation(path(TENSORFLOW)), "", ALL).getLast());
    }

    private static final String ALL = "--add-modules=ALL-MODULE-PATH";

    private static String withNotation(String modules) {
        return place(Einops.class) + File.pathSeparator + modules;
    }

    @Test
    void imagesNeedTheModuleOfImages() throws Exception {
        assertEquals(IMAGES, run(ImageExample.class, place(Einops.class), "",
                "--add-modules=ricci.einops,java.desktop"));
        assertEquals(IMAGES, run(ImageExample.class, place(OnnxTensor.class), place(Einops.class)));
    }

    /** A program that uses arrays, and asks for what nobody knows. */
    @Test
    void nothingButJava() throws Exception {
        List<String> expected = List.of("[[0.0, 2.0], [1.0, 3.0]]", "UNKNOWN_TENSOR");
        assertEquals(expected, run(ArraysOnly.class, place(Einops.class), "",
                "--limit-modules=ricci.einops,java.base", "--add-modules=ricci.einops"));
        assertEquals(expected, run(ArraysOnly.class, place(OnnxTensor.class), place(Einops.class),
                "--limit-modules=java.base"));
    }
}
