package ricci.ir;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import ricci.einops.UserError;

/** The text of a program with a few characters changed: another program, or an error that says so. */
class DamagedTextTest {
    private static final int TEXTS = 4000;
    private static final List<String> PIECES = List.of("", "{", "}", "(", ")", "[", "]", ",", ":", "=", "->",
            "%", "99999999999999999999", "-1", "9223372036854775807", "2147483648", "\"", "\\", "NaN", "f32",
            "\n", " ", "é", "\0", "add", "cond", "0");

    @Test
    void isReadOrRefused() {
        for (int i = 0; i < TEXTS; i++) {
            Random random = new Random(i);
            StringBuilder text = new StringBuilder(RandomProgram.any(i * 31L, 6).toString());
            for (int n = random.nextInt(3) + 1; n > 0; n--) {
                int start = random.nextInt(text.length());
                int end = Math.min(text.length(), start + random.nextInt(4));
                text.replace(start, end, PIECES.get(random.nextInt(PIECES.size())));
            }
            try {
                Program.parse(text.toString());
            } catch (RuntimeException | Error e) {
                if (!(e instanceof UserError)) {
                    fail("text " + i + ":\n" + text, e);
                }
            }
        }
    }
}
