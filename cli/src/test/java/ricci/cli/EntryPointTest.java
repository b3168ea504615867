package ricci.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which main method starts: the same as with {@code java}, which is the oracle. */
class EntryPointTest {
    private static final String FIRST = "void main(String[] a) { IO.println(\"first \" + a.length); }";
    private static final String SECOND = "void main() { IO.println(\"second\"); }";

    /** Programs whose class is called {@code Program}. */
    private static final List<String> PROGRAMS = List.of(
            one("public static " + FIRST),
            one("static " + FIRST),
            one("protected static " + FIRST),
            one("private static " + FIRST),
            one(FIRST),
            one("private " + FIRST),
            one(SECOND),
            one("static " + SECOND),
            one("private static " + SECOND),
            one(FIRST + SECOND),
            one(FIRST + "static " + SECOND),
            one("static " + FIRST + SECOND),
            one("private " + FIRST + SECOND),
            one("public static final strictfp synchronized " + FIRST),
            one("static void main(String... a) { IO.println(\"dots \" + a.length); }"),
            one("static int main(String[] a) { return 0; }"),
            one("static int main(String[] a) { return 0; }" + SECOND),
            one("static void main(String a) {}"),
            one("static void main(Object[] a) {}"),
            one("static <T> void main(T[] a) {}"),
            one("static <T extends String> void main(T[] a) { IO.println(\"generic \" + a.length); }"),
            one("static void mian(String[] a) {}"),
            one("int main;"),
            one("private Program() {} " + FIRST),
            one("private Program() {} static " + FIRST),
            one("Program(int x) {} " + FIRST),
            one("Program(int x) {} Program() {} " + FIRST),
            one("Program() { IO.println(\"made\"); } " + SECOND),
            "class Program extends Base {} class Base { static " + FIRST + " }",
            "class Program extends Base {} class Base { private static " + FIRST + " }",
            "class Program extends Base {} class Base { " + SECOND + " }",
            "class Program extends Base { " + SECOND + " } class Base { " + FIRST + " }",
            "class Program implements Base {} interface Base { default " + FIRST + " }",
            "class Program implements Base {} interface Base { static " + FIRST + " }",
            "interface Program { static " + FIRST + " }",
            "interface Program { default " + FIRST + " }",
            "abstract class Program { " + FIRST + " }",
            "abstract class Program { static " + FIRST + " }",
            "enum Program { A; public static " + FIRST + " }",
            "enum Program { A; " + SECOND + " }",
            "record Program() { " + SECOND + " }",
            "record Program(int x) { " + SECOND + " }",
            "record Program(int x) { static " + SECOND + " }");

    @TestFactory
    Stream<DynamicTest> startsWhatJavaStarts(@TempDir Path folder) {
        return PROGRAMS.stream().map(program -> DynamicTest.dynamicTest(program, () -> {
            var java = startedByJava(program, folder);
            var ricci = startedByRicci(program, folder);
            assertEquals(java.code(), ricci.code(), ricci::err);
            assertEquals(java.out(), ricci.out());
            boolean explained = ricci.err().startsWith("ricci: cannot start Program.java: ");
            assertEquals(ricci.code() != 0, explained, ricci::err);
        }));
    }

    private static Outcome startedByJava(String program, Path folder)
            throws IOException, InterruptedException {
        Path classes = Files.createTempDirectory(folder, "classes");
        Path source = Files.writeString(classes.resolve("Program.java"), program);
        var compiler = ToolProvider.getSystemJavaCompiler();
        assertEquals(0, compiler.run(null, null, null, "-Xlint:none", source.toString()));
        return new RealProcess(classes).start(
                List.of(RealProcess.java(), "-XX:TieredStopAtLevel=1", "-cp", ".", "Program", "x", "y"));
    }

    private static Outcome startedByRicci(String program, Path folder) throws IOException {
        return new Terminal(folder).with("Program.java", program).run("Program.java", "x", "y");
    }

    private static String one(String members) {
        return "class Program { " + members + " }";
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            int x; \
                | Program, its first class, has no main method; the class with one comes first
            private static void main() {} \
                | the main method of Program is private; leave out 'private'
            static int main() { return 0; } \
                | the main method of Program returns int; it must be void
            static void main(int a, long b) {} \
                | the main method of Program takes int, long; it may take nothing or String[]
            Program(int x) {} void main() {} \
                | its main method is not static, so Program needs a constructor that is not private and \
            takes nothing
            abstract void f(); void main() {} \
                | its main method is not static, and Program is abstract
            """)
    void saysWhatIsWrongWithMain(String members, String reason, @TempDir Path folder) throws IOException {
        String kind = members.startsWith("abstract") ? "abstract class" : "class";
        new Terminal(folder).with("Program.java", kind + " Program { " + members + " }").run("Program.java")
                .fails(Main.PROGRAM_FAILED, "ricci: cannot start Program.java: " + reason + "\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "class A { static void main() { IO.println(1); } } class B { static void main() { IO.println(2); } }",
        "/* class B */ interface A { static void main() { IO.println(1); } } public class B {}",
        "record A() { void main() { IO.println(1); } record C() {} } class B { void main() {} }",
    })
    void theFirstClassOfTheFileStarts(String program, @TempDir Path folder) throws IOException {
        new Terminal(folder).with("Program.java", program).run("Program.java").prints("1\n");
    }
}
