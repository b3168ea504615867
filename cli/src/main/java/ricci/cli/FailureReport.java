package ricci.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Says why a program failed: what was thrown, and the lines of the user's own code on the way there.
 *
 * <p>Messages of Ricci's own exceptions are shown without the name of their class: they already say what was
 * asked, with what, which rule it breaks and how to mend it.
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
        List<StackTraceElement> enclosing = List.of();
        for (Throwable each = failure; each != null && seen.add(each); each = each.getCause()) {
            String description = describe(each);
            err.println((seen.size() == 1 ? lead : "caused by: ") + description);
            List<StackTraceElement> frames = usersFrames(each);
            int end = frames.size() - shared(frames, enclosing);
            int start = end > 0 && names(description, frames.getFirst()) ? 1 : 0;
            printFrames(frames.subList(start, end));
            enclosing = frames;
            defect |= arisesInRicci(each);
        }
        if (defect) {
            err.println("(it arose inside Ricci; ricci run --full-trace FILE shows where)");
        }
    }

    /** Ricci's own messages end with the user's line; it is not said twice. */
    private static boolean names(String description, StackTraceElement frame) {
        return description.endsWith(" %s:%d".formatted(frame.getFileName(), frame.getLineNumber()));
    }

    /** Frames at the end that a cause shares with what it caused: shown once, but never left out whole. */
    private static int shared(List<StackTraceElement> frames, List<StackTraceElement> enclosing) {
        int shared = 0;
        while (shared < frames.size() - 1 && shared < enclosing.size()
                && text(frames.get(frames.size() - 1 - shared))
                        .equals(text(enclosing.get(enclosing.size() - 1 - shared)))) {
            shared++;
        }
        return shared;
    }

    /** The user's frames, the innermost first; a lambda on the line of the method around it adds nothing. */
    private static List<StackTraceElement> usersFrames(Throwable failure) {
        var frames = new ArrayList<StackTraceElement>();
        for (StackTraceElement frame : failure.getStackTrace()) {
            if (!isUsers(frame) || frame.getLineNumber() <= 0) {
                continue;
            }
            var previous = frames.isEmpty() ? frame : frames.getLast();
            if (text(frame).equals(text(previous)) && !frame.equals(previous)) {
                frames.removeLast();
            }
            frames.add(frame);
        }
        return frames;
    }

    /** Prints frames; one that repeats, as in a recursion, is printed once with its count. */
    private void printFrames(List<StackTraceElement> frames) {
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
            String times = to - from > 1 ? "  (%d times)".formatted(to - from) : "";
            err.println("    at " + text(frames.get(from)) + times);
            from = to;
        }
    }

    /** Something that Ricci did not mean to throw came out of its code; memory may run out anywhere. */
    private static boolean arisesInRicci(Throwable failure) {
        StackTraceElement[] frames = failure.getStackTrace();
        return frames.length > 0 && isRiccis(frames[0].getModuleName()) && !isRiccis(failure)
                && !(failure instanceof VirtualMachineError);
    }

    private static boolean isUsers(StackTraceElement frame) {
        return Compilation.LOADER_NAME.equals(frame.getClassLoaderName());
    }

    private static String text(StackTraceElement frame) {
        String method = LAMBDA.matcher(frame.getMethodName()).replaceFirst("$1");
        return "%s.%s(%s:%d)".formatted(frame.getClassName(), method, frame.getFileName(),
                frame.getLineNumber());
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
                    .formatted(message, Runtime.getRuntime().maxMemory() >> 20)
                    + "give it more: RICCI_JAVA=-Xmx8g";
            default -> isRiccis(failure) && message != null ? message : failure.toString();
        };
    }
}
