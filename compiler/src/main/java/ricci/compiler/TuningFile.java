package ricci.compiler;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import ricci.jvm.Machine;

/**
 * The file in which tuned blocks are kept, a line for each machine and size of elements: the machine, a tab,
 * bytes, depth, rows and columns. Whatever else is in it is skipped, so that no file can do harm.
 */
record TuningFile(Path path) {
    private static final String NAME = "blocks-1.txt";
    private static final Path CPU = Path.of("/proc/cpuinfo");
    /** Larger files are none of ours. */
    private static final long MOST_BYTES = 1 << 16;
    private static final int MOST_LINES = 200;
    /** Numbers of a line. */
    private static final int NUMBERS = 4;
    private static final int MOST_DIGITS = 12;

    /** The blocks of a line. */
    record Blocks(long depth, long rows, long columns) {}

    /** Where it is for this user; empty if there is no place for it. */
    static Optional<Path> here() {
        return directory(System.getProperty("os.name", ""), System.getenv(),
                System.getProperty("user.home", "")).map(directory -> directory.resolve(NAME));
    }

    /** The directory of an operating system for what may be lost. */
    static Optional<Path> directory(String system, Map<String, String> environment, String home) {
        try {
            String name = system.toLowerCase(Locale.ROOT);
            boolean isWindows = name.startsWith("windows");
            String given = environment.getOrDefault(isWindows ? "LOCALAPPDATA" : "XDG_CACHE_HOME", "");
            boolean isMac = name.startsWith("mac");
            // A relative path is to be ignored, as the XDG specification says.
            if (!isMac && !given.isEmpty() && Path.of(given).isAbsolute()) {
                return Optional.of(Path.of(given, "ricci"));
            }
            // Of a user without one, the JVM says "?".
            if (!Path.of(home).isAbsolute()) {
                return Optional.empty();
            }
            return Optional.of(isWindows ? Path.of(home, "AppData", "Local", "ricci")
                    : isMac ? Path.of(home, "Library", "Caches", "ricci") : Path.of(home, ".cache", "ricci"));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** What this processor is called, and what code for it depends on. */
    static String machine() {
        Machine machine = Machine.here();
        return (processor() + ", vectors " + machine.vectorBits() + " bits x " + machine.registers()
                + ", caches " + machine.caches().first() + " " + machine.caches().second() + " "
                + machine.caches().last()).replaceAll("\\s+", " ");
    }

    private static String processor() {
        try {
            if (Files.isReadable(CPU)) {
                Optional<String> model = Files.readAllLines(CPU).stream()
                        .filter(line -> line.startsWith("model name")).findFirst();
                if (model.isPresent()) {
                    return model.get().substring(model.get().indexOf(':') + 1).strip();
                }
            }
        } catch (IOException e) {
            // Then it is called what Java calls it.
        }
        return System.getenv().getOrDefault("PROCESSOR_IDENTIFIER", System.getProperty("os.arch", "?"));
    }

    /** The blocks of a machine, by the bytes of elements; nothing if there is no such file. */
    Map<Integer, Blocks> read(String machine) {
        Map<Integer, Blocks> blocks = new HashMap<>();
        for (String line : lines()) {
            long[] numbers = numbers(line);
            if (line.startsWith(machine + "\t") && numbers.length == NUMBERS && numbers[0] <= Long.BYTES) {
                blocks.put((int) numbers[0], new Blocks(numbers[1], numbers[2], numbers[3]));
            }
        }
        return blocks;
    }

    private List<String> lines() {
        try {
            return Files.isRegularFile(path) && Files.size(path) <= MOST_BYTES ? Files.readAllLines(path)
                    : List.of();
        } catch (IOException | SecurityException e) {
            return List.of();
        }
    }

    /** After the tab; none if the line is not such a one. */
    private static long[] numbers(String line) {
        String[] words = line.substring(line.indexOf('\t') + 1).split(" ", -1);
        boolean isOurs = line.indexOf('\t') > 0 && words.length == NUMBERS;
        for (String word : words) {
            isOurs &= word.length() <= MOST_DIGITS && word.matches("[0-9]+");
        }
        long[] numbers = new long[isOurs ? NUMBERS : 0];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = Long.parseLong(words[i]);
        }
        return numbers;
    }

    /** Writes the choices of a machine in place of those it had. */
    void save(String machine, List<Tuning.Choice> choices) throws IOException {
        List<String> lines = new ArrayList<>(lines().stream()
                .filter(line -> numbers(line).length == NUMBERS && !line.startsWith(machine + "\t"))
                .toList());
        for (Tuning.Choice choice : choices) {
            lines.add(machine + "\t" + choice.dtype().bytes() + " " + choice.depth() + " " + choice.rows()
                    + " " + choice.columns());
        }
        Path directory = path.toAbsolutePath().getParent();
        if (directory == null) {
            throw new IOException(path + " is no file");
        }
        Files.createDirectories(directory);
        // Other processes see the old file or the new one, and never a part.
        Path fresh = Files.createTempFile(directory, "blocks", ".new");
        try {
            Files.write(fresh, lines.subList(Math.max(0, lines.size() - MOST_LINES), lines.size()));
            try {
                Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(fresh, path, StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
