package ricci.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Says why a program failed: what was thrown, and the lines of the user's own code on the way there.
 *
 * <p>Messages of Ricci's own exceptions are shown without the name of their class: they already say what was asked, with
 * what, which rule it breaks and how to mend it.
 *
 * @param err where to
 * @param fullTrace also the frames inside Ricci and the JDK
 */
record FailureReport(PrintWriter err, boolean fullTrace) {
    private static final int FRAMES_SHOWN = 20;
    private static final Pattern LAMBDA = Pattern.compile("lambda\\$(.+)\\$\\d+");

    /** Reports what a thread of the program did not catch. */
    void print(Thread thread, Throwable failure) {
        String where = thread.getName().equals("main") ? "" : " in thread \"" + thread.getName() + "\"";
        if (fullTrace) {
            err.println("ricci: the program failed%s".formatted(where));
            failure.printStackTrace(err);
        } else {
            printChain("ricci: the program failed%s: ".formatted(where), failure);
        }
        err.flush();
    }

    private void printChain(String lead, Throwable failure) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        boolean defect = false;
        List<String> enclosing = List.of();
        for (Throwable each = failure; each != null && seen.add(each); each = each.getCause()) {
            err.println((seen.size() == 1 ? lead : "caused by: ") + describe(each));
            List<String> frames = usersFrames(each);
            printFrames(frames.subList(0, frames.size() - shared(frames, enclosing)));
            enclosing = frames;
            defect |= arisesInRicci(each);
        }
        if (defect) {
            err.println("(it arose inside Ricci; ricci run --full-trace FILE shows where)");
        }
    }

    /** Frames at the end that a cause has in common with what it caused; they are shown once, but never left out whole. */
    private static int shared(List<String> frames, List<String> enclosing) {
        int shared = 0;
        while (shared < frames.size() - 1 && shared < enclosing.size()
                && frames.get(frames.size() - 1 - shared).equals(enclosing.get(enclosing.size() - 1 - shared))) {
            shared++;
        }
        return shared;
    }

    private static List<String> usersFrames(Throwable failure) {
        return Arrays.stream(failure.getStackTrace())
                .filter(frame -> isUsers(frame) && frame.getLineNumber() > 0).map(FailureReport::text).toList();
    }

    /** Prints frames; one that repeats, as in a recursion, is printed once with its count. */
    private void printFrames(List<String> frames) {
        int shown = 0;
        for (int from = 0; from < frames.size(); shown++) {
            if (shown == FRAMES_SHOWN) {
                err.println("    … and %d more".formatted(frames.size() - from));
                return;
            }
            int to = from + 1;
            while (to < frames.size() && frames.get(to).equals(frames.get(from))) {
                to++;
            }
            err.println("    at " + frames.get(from) + (to - from > 1 ? "  (%d times)".formatted(to - from) : ""));
            from = to;
        }
    }

    /** Something that Ricci did not mean to throw came out of its code. */
    private static boolean arisesInRicci(Throwable failure) {
        StackTraceElement[] frames = failure.getStackTrace();
        return frames.length > 0 && isRiccis(frames[0].getModuleName()) && !isRiccis(failure);
    }

    private static boolean isUsers(StackTraceElement frame) {
        return Compilation.LOADER_NAME.equals(frame.getClassLoaderName());
    }

    private static String text(StackTraceElement frame) {
        String method = LAMBDA.matcher(frame.getMethodName()).replaceFirst("$1");
        return "%s.%s(%s:%d)".formatted(frame.getClassName(), method, frame.getFileName(), frame.getLineNumber());
    }

    private static boolean isRiccis(Throwable failure) {
        return isRiccis(failure.getClass().getModule().getName());
    }

    private static boolean isRiccis(@Nullable String module) {
        return module != null && module.startsWith("ricci.");
    }

    private static String describe(Throwable failure) {
        @Nullable String message = failure.getMessage();
        return switch (failure) {
            case StackOverflowError _ -> "it called itself too deeply (StackOverflowError); "
                    + "if that is meant, give it a deeper stack: RICCI_JAVA=-Xss16m";
            case OutOfMemoryError _ -> "it ran out of memory (%s; the heap may grow to %d MiB); "
                    .formatted(message, Runtime.getRuntime().maxMemory() >> 20) + "give it more: RICCI_JAVA=-Xmx8g";
            default -> isRiccis(failure) && message != null ? message : failure.toString();
        };
    }
}
