package ricci.jvm;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * How large the caches of a processor are, in bytes: the first, for data only; the second; and the last,
 * which all processors share, or the second, if there is no other.
 */
public record Caches(long first, long second, long last) {
    /** No machine of the last ten years has less in a first and second cache. */
    static final Caches COMMON = new Caches(32 << 10, 256 << 10, 4 << 20);

    /** As Linux says; of other systems nothing is known. */
    static Caches here() {
        return read(Path.of("/sys/devices/system/cpu/cpu0/cache"));
    }

    /** From a directory such as Linux has; what it does not say is as in {@link #COMMON}. */
    static Caches read(Path directory) {
        long[] levels = {COMMON.first, COMMON.second, 0};
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> caches = Files.newDirectoryStream(directory, "index*")) {
                for (Path cache : caches) {
                    int level = Integer.parseInt(text(cache, "level"));
                    if (level <= levels.length && Set.of("Data", "Unified").contains(text(cache, "type"))) {
                        levels[level - 1] = bytes(text(cache, "size"));
                    }
                }
            } catch (IOException | NumberFormatException e) {
                return COMMON;
            }
        }
        return new Caches(levels[0], levels[1], Math.max(levels[1], levels[2] > 0 ? levels[2] : COMMON.last));
    }

    private static String text(Path cache, String name) throws IOException {
        return Files.readString(cache.resolve(name)).strip();
    }

    /** Of a number such as {@code 512K}. */
    private static long bytes(String size) {
        int unit = switch (size.charAt(size.length() - 1)) {
            case 'K' -> 10;
            case 'M' -> 20;
            case 'G' -> 30;
            default -> 0;
        };
        return Long.parseLong(unit == 0 ? size : size.substring(0, size.length() - 1)) << unit;
    }
}
