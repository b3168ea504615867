package ricci.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The text of a program.
 *
 * @param path as the user wrote it, for messages
 * @param text everything in the file
 */
record SourceFile(Path path, String text) {
    private static final String EXTENSION = ".java";
    private static final int LISTED_PROGRAMS = 8;

    /** Reads the program, or says why that file cannot be run. */
    static SourceFile read(Path path) throws Refusal {
        if (path.toString().isEmpty()) {
            throw Refusal.usage("the name of FILE is empty");
        }
        if (Files.isDirectory(path)) {
            throw Refusal.usage("%s is a folder, not a program%s".formatted(path, programsIn(path)));
        }
        if (Files.notExists(path)) {
            throw Refusal.usage("there is no file %s%s".formatted(path, whatThereIs(path)));
        }
        if (!name(path).endsWith(EXTENSION)) {
            throw Refusal.usage("%s is not a Java program: its name does not end in .java".formatted(path));
        }
        try {
            return new SourceFile(path, Files.readString(path));
        } catch (CharacterCodingException e) {
            throw Refusal.usage("%s is not text in UTF-8".formatted(path));
        } catch (AccessDeniedException e) {
            throw Refusal.usage("cannot read %s: permission denied".formatted(path));
        } catch (IOException e) {
            throw Refusal.usage("cannot read %s: %s".formatted(path, reason(e)));
        }
    }

    private static String reason(IOException failure) {
        String reason = failure instanceof FileSystemException inFile ? inFile.getReason() : null;
        return reason == null ? failure.toString() : reason;
    }

    /** The file's name without {@code .java}; a compact source file gives its class this name. */
    String stem() {
        return stem(path);
    }

    private static String stem(Path path) {
        String name = name(path);
        return name.endsWith(EXTENSION) ? name.substring(0, name.length() - EXTENSION.length()) : name;
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    private static String whatThereIs(Path missing) {
        Path folder = missing.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            return "; its folder does not exist either";
        }
        // The ending is left out: it is no sign that two names are alike.
        var nearest = new Spelling(stem(missing)).nearest(programs(folder).stream()
                .map(name -> stem(Path.of(name))).toList());
        return nearest.isEmpty() ? programsIn(folder)
                : "; did you mean %s?".formatted(missing.resolveSibling(nearest.getFirst() + EXTENSION));
    }

    private static String programsIn(Path folder) {
        var programs = programs(folder);
        if (programs.isEmpty()) {
            return "";
        }
        boolean all = programs.size() <= LISTED_PROGRAMS;
        var listed = all ? programs : programs.subList(0, LISTED_PROGRAMS);
        return "; the programs there: " + String.join(", ", listed) + (all ? "" : ", …");
    }

    private static List<String> programs(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).map(SourceFile::name)
                    .filter(name -> name.endsWith(EXTENSION)).sorted().toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
