package ricci.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Files that cannot be run: the user learns why, and what there is instead. */
class SourceFileTest {
    private Terminal terminal = new Terminal(Path.of(""));

    @BeforeEach
    void open(@TempDir Path folder) {
        terminal = new Terminal(folder);
    }

    @Test
    void missingInAFolderWithoutPrograms() {
        terminal.run("Hello.java").fails(Main.USAGE, "ricci: there is no file Hello.java\n");
    }

    @Test
    void missingWithTheFolder() {
        terminal.run("nowhere/Hello.java").fails(Main.USAGE,
                "ricci: there is no file nowhere/Hello.java; its folder does not exist either\n");
    }

    @Test
    void missingButOneHasNearlyThatName() throws IOException {
        terminal.with("Hello.java", "").with("Digits.java", "");
        String meant = "; did you mean Hello.java?\n";
        terminal.run("Helo.java").fails(Main.USAGE, "ricci: there is no file Helo.java" + meant);
        terminal.run("hello.java").fails(Main.USAGE, "ricci: there is no file hello.java" + meant);
        terminal.run("Hello").fails(Main.USAGE, "ricci: there is no file Hello" + meant);
    }

    @Test
    void missingAndNoneHasNearlyThatName() throws IOException {
        terminal.with("Hello.java", "").with("Digits.java", "").with("README.md", "");
        terminal.run("Other.java").fails(Main.USAGE,
                "ricci: there is no file Other.java; the programs there: Digits.java, Hello.java\n");
    }

    @Test
    void ofManyProgramsEightAreNamed() throws IOException {
        for (int i = 1; i <= 9; i++) {
            terminal.with("Program" + i + ".java", "");
        }
        terminal.run("Other.java").fails(Main.USAGE, """
                ricci: there is no file Other.java; the programs there: Program1.java, Program2.java, \
                Program3.java, Program4.java, Program5.java, Program6.java, Program7.java, Program8.java, …
                """);
    }

    @Test
    void aFolder() throws IOException {
        Files.createDirectory(terminal.folder().resolve("examples"));
        terminal.run("examples").fails(Main.USAGE, "ricci: examples is a folder, not a program\n");
        Files.writeString(terminal.folder().resolve("examples/Hello.java"), "");
        terminal.run("examples").fails(Main.USAGE,
                "ricci: examples is a folder, not a program; the programs there: Hello.java\n");
    }

    @Test
    void aFolderWithTheNameOfAProgram() throws IOException {
        Files.createDirectory(terminal.folder().resolve("Hello.java"));
        terminal.run("Hello.java").fails(Main.USAGE, "ricci: Hello.java is a folder, not a program\n");
    }

    @Test
    void anotherKindOfFile() throws IOException {
        terminal.with("notes.txt", "void main() {}").run("notes.txt").fails(Main.USAGE,
                "ricci: notes.txt is not a Java program: its name does not end in .java\n");
    }

    @Test
    void anEmptyName() {
        terminal.ricci("run", "").fails(Main.USAGE, "ricci: the name of FILE is empty\n");
    }

    @Test
    void bytesThatAreNoText() throws IOException {
        Files.write(terminal.folder().resolve("Photo.java"), new byte[] {(byte) 0xff, (byte) 0xd8, 0});
        terminal.run("Photo.java").fails(Main.USAGE, "ricci: Photo.java is not text in UTF-8\n");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void noPermission() throws IOException {
        Path secret = terminal.with("Secret.java", "void main() {}").folder().resolve("Secret.java");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(secret), "root reads everything");
        terminal.run("Secret.java").fails(Main.USAGE, "ricci: cannot read Secret.java: permission denied\n");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aLinkThatLeadsInACircle() throws IOException {
        Path link = terminal.folder().resolve("Circle.java");
        Files.createSymbolicLink(link, link);
        var outcome = terminal.run("Circle.java");
        assertEquals(Main.USAGE, outcome.code());
        assertTrue(outcome.err().startsWith("ricci: cannot read Circle.java: Too many "), outcome.err());
    }
}
