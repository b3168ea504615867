package ricci.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** How the launcher finds a JDK, tried on folders that look like JDKs: their java prints what it is given. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private String command = "./ricci home/ricci";

    /** A copy of the launcher beside what looks like a finished build. */
    @BeforeEach
    void install() throws IOException {
        // A folder with a space in it, which is what launchers trip over.
        folder = Files.createDirectory(folder.toRealPath().resolve("a folder"));
        Path home = Files.createDirectories(folder.resolve("ricci home"));
        Files.copy(Path.of("..", "ricci"), home.resolve("ricci"));
        Files.writeString(home.resolve("pom.xml"), "");
        Files.createDirectories(home.resolve("target/ricci/modules"));
        Files.writeString(home.resolve("target/ricci/built"), "");
        // No JDK but those of a test: javac and java must not be among the tools of this folder.
        Path tools = Files.createDirectory(folder.resolve("tools"));
        for (String tool : List.of("readlink", "find")) {
            script(tools.resolve(tool), "PATH=/usr/bin:/bin exec " + tool + " \"$@\"");
        }
        environment.put("PATH", tools.toString());
        environment.put("JAVA_HOME", "");
        environment.put("HOME", folder.resolve("user").toString());
        // Separated by spaces, so relative to where the command is given.
        environment.put("RICCI_JDK_FOLDERS", "jvm more-jvm");
    }

    @Test
    void javaHomeComesFirst() throws Exception {
        jdk("home/jdk-25", "25.0.1");
        jdk("jvm/jdk-26", "26");
        environment.put("JAVA_HOME", folder.resolve("home/jdk-25").toString());
        assertStarts("home/jdk-25");
    }

    @Test
    void javaHomeMayBeGivenFromHere() throws Exception {
        jdk("home/jdk-25", "25.0.1");
        environment.put("JAVA_HOME", "home/jdk-25");
        assertStarts("home/jdk-25");
    }

    @Test
    void aJavaHomeThatIsTooOldIsPassedOver() throws Exception {
        jdk("home/jdk-17", "17.0.15");
        jdk("path/jdk-25", "25.0.1");
        jdk("jvm/jdk-26", "26");
        environment.put("JAVA_HOME", folder.resolve("home/jdk-17").toString());
        onPath("path/jdk-25/bin");
        assertStarts("path/jdk-25");
    }

    @Test
    void linksFromThePathAreFollowed() throws Exception {
        jdk("path/jdk-25", "25.0.1");
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Files.createSymbolicLink(folder.resolve("javac-link"), Path.of("path/jdk-25/bin/javac"));
        Files.createSymbolicLink(bin.resolve("javac"), Path.of("../javac-link"));
        onPath("bin");
        assertStarts("path/jdk-25");
    }

    @Test
    void thenTheFoldersWhereJdksAreInstalled() throws Exception {
        jdk("jvm/jdk-17", "17.0.15");
        jdk("jvm/jdk-8", "1.8.0_292");
        jdk("more-jvm/jdk-27", "27-ea");
        assertStarts("more-jvm/jdk-27");
    }

    @Test
    void thenThoseOfTheUser() throws Exception {
        jdk("user/.sdkman/candidates/java/25.0.1-tem", "25.0.1");
        assertStarts("user/.sdkman/candidates/java/25.0.1-tem");
    }

    @Test
    void aJreIsNoJdk() throws Exception {
        jdk("jvm/jre-25", "25.0.1");
        Files.delete(folder.resolve("jvm/jre-25/bin/javac"));
        jdk("more-jvm/Contents-of-a-Mac/Contents/Home", "25.0.2");
        assertStarts("more-jvm/Contents-of-a-Mac/Contents/Home");
    }

    @Test
    void withoutOneItSaysWhereItLooked() throws Exception {
        jdk("home/jdk-17", "17.0.15");
        jdk("jvm/jdk-21", "21.0.2");
        jdk("jvm/jre-25", "25.0.1");
        Files.delete(folder.resolve("jvm/jre-25/bin/javac"));
        environment.put("JAVA_HOME", folder.resolve("home/jdk-17").toString());
        String user = folder.resolve("user") + "/";
        start().fails(3, """
                ricci: needs a JDK of version 25 or newer, and found none. It looked at
                  JAVA_HOME: %s, version 17.0.15
                  PATH: no java
                  jvm: jdk-21 (version 21.0.2), jre-25 (version 25.0.1 without javac, a JRE)
                  no JDK at all in: more-jvm, %s
                Install a JDK 25 (Eclipse Temurin, for example: https://adoptium.net), \
                or set JAVA_HOME to one's folder.
                """.formatted(folder.resolve("home/jdk-17"), user + String.join(", " + user,
                        ".sdkman/candidates/java", ".jdks", ".jenv/versions", ".asdf/installs/java",
                        ".local/share/mise/installs/java", ".gradle/jdks", ".m2/jdks",
                        "Library/Java/JavaVirtualMachines")));
    }

    @Test
    void withoutAnythingToLookAt() throws Exception {
        environment.putAll(Map.of("RICCI_JDK_FOLDERS", "", "HOME", "", "JAVA_HOME", folder.toString()));
        start().fails(3, """
                ricci: needs a JDK of version 25 or newer, and found none. It looked at
                  JAVA_HOME: %s, no JDK: it has no bin/java
                  PATH: no java
                Install a JDK 25 (Eclipse Temurin, for example: https://adoptium.net), \
                or set JAVA_HOME to one's folder.
                """.formatted(folder));
    }

    @Test
    void theLauncherMayBeALinkToALink() throws Exception {
        jdk("jvm/jdk-25", "25.0.1");
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Files.createSymbolicLink(folder.resolve("link"), Path.of("ricci home/ricci"));
        Files.createSymbolicLink(bin.resolve("ricci"), Path.of("../link"));
        command = "bin/ricci";
        assertStarts("jvm/jdk-25");
        command = "ricci";
        onPath("bin");
        assertStarts("jvm/jdk-25");
    }

    @Test
    void aCdPathDoesNotLeadItAstray() throws Exception {
        jdk("jvm/jdk-25", "25.0.1");
        Files.createDirectories(folder.resolve("elsewhere/ricci home"));
        environment.put("CDPATH", folder.resolve("elsewhere").toString());
        command = "ricci home/ricci";
        assertStarts("jvm/jdk-25");
    }

    @Test
    void moreOptionsForTheJvm() throws Exception {
        jdk("jvm/jdk-25", "25.0.1");
        environment.put("RICCI_JAVA", "-Xmx8g -Dpattern=*");
        var outcome = start("run", "X.java", "a b", "*");
        assertTrue(outcome.out().contains("\n-Xmx8g\n-Dpattern=*\n--module-path\n"), outcome.out());
        assertTrue(outcome.out().endsWith("/ricci.cli.Main\nrun\nX.java\na b\n*\n"), outcome.out());
    }

    private void assertStarts(String jdk) throws IOException, InterruptedException {
        var outcome = start("--version");
        String modules = folder.resolve("ricci home/target/ricci/modules").toString();
        assertTrue(outcome.out().startsWith(folder.resolve(jdk) + "\n"), outcome::toString);
        assertTrue(outcome.out().endsWith("\n--module-path\n" + modules
                + "\n-m\nricci.cli/ricci.cli.Main\n--version\n"), outcome::toString);
    }

    private Outcome start(String... arguments) throws IOException, InterruptedException {
        // A shell in between looks the command up in the test's PATH.
        var line = new ArrayList<>(List.of("/bin/sh", "-c", "exec \"$0\" \"$@\"", command));
        line.addAll(List.of(arguments));
        return new RealProcess(folder, environment, "").start(line);
    }

    private void onPath(String bin) {
        environment.merge("PATH", folder.resolve(bin).toString(), (tools, first) -> first + ":" + tools);
    }

    private void jdk(String name, String version) throws IOException {
        Path jdk = folder.resolve(name);
        Files.createDirectories(jdk.resolve("bin"));
        Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"None\"\nJAVA_VERSION=\"" + version + "\"\n");
        for (String tool : List.of("java", "javac")) {
            script(jdk.resolve("bin").resolve(tool), "printf '%s\\n' '" + jdk + "' \"$@\"");
        }
    }

    private static void script(Path file, String line) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + line + "\n");
        assertTrue(file.toFile().setExecutable(true));
    }
}
