package ricci.runtime;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How much memory may be in use before the garbage collector is asked what is no longer used. As a heap's,
 * the threshold follows what was still in use after the last collection; and while collections take more than
 * a twentieth of the time, there ought to be more memory, which {@linkplain #raise raises} the threshold as
 * it is made ready. Not safe for several threads at once.
 */
final class Budget {
    /** Up to so much is used without asking what the machine has, which takes some time. */
    private static final long MODEST = 64L << 20;
    private static final long PATIENCE = 128L << 20;
    private static final int SHARE = 20;
    /** What is in use between two collections, where these come often, is half as much. */
    private static final int LITTLE = 4;
    /** Nanoseconds that a byte of fresh memory costs what computes while it is made ready elsewhere. */
    private static final double FRESH = 0.25;
    private static final String PROPERTY = "ricci.memory";
    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,12})([kmgt%]?)b?");

    private final LongSupplier most;
    private final long modest;
    private long limit = -1;
    private long floor = PATIENCE;
    private long next;
    private long last = System.nanoTime();
    /** Nanoseconds of collections that came too often, since more memory was asked for. */
    private long lost;
    /** Nanoseconds that the system takes for a byte of fresh memory; more than any, before it is known. */
    private double price = Double.POSITIVE_INFINITY;

    private Budget(LongSupplier most, long modest) {
        this.most = most;
        this.modest = modest;
        this.next = modest;
    }

    /** A budget with a limit. */
    static Budget of(long limit) {
        return new Budget(() -> limit, 0);
    }

    /** That of this process. */
    static Budget ofProcess() {
        return new Budget(Budget::limitOfProcess, System.getProperty(PROPERTY) == null ? MODEST : 0);
    }

    /** There is never more memory than this. */
    long limit() {
        if (limit < 0) {
            limit = most.getAsLong();
            floor = Math.min(PATIENCE, limit / 8);
            next = floor;
        }
        return limit;
    }

    /** The limit if it is known or quickly found; else more than there can be. */
    long known() {
        return limit < 0 && modest > 0 ? Long.MAX_VALUE : limit();
    }

    /** Whether the collector is to be asked before so much is in use. */
    boolean isReached(long bytes) {
        // To know the limit moves the threshold.
        return bytes > next && limit() > 0 && bytes > next;
    }

    /** Whether that is more than there may be. */
    boolean isExceeded(long bytes) {
        return bytes > modest && bytes > limit();
    }

    /** Whether so much, in use or not, is more than is worth keeping. */
    boolean isTooMuch(long bytes) {
        return bytes > modest && bytes > Math.min(limit(), next + next / 2);
    }

    /** Sets the threshold, after a collection that so many bytes survived, those about to be used among them. */
    void survived(long bytes) {
        next = Math.min(limit(), Math.max(floor, 2 * bytes));
    }

    /**
     * Whether so little is in use, after a collection of what was young, that the next may be long in coming.
     * The threshold stays as it is: how much of that is garbage, but old, nobody knows.
     */
    boolean isRelieved(long bytes) {
        return bytes <= next - next / LITTLE;
    }

    /**
     * Notes a collection.
     *
     * @param nanoseconds that it took
     * @param isGrowing whether what there ought to be more is being made ready and is not yet; if so, who
     *     computes has to take it from the system himself
     * @return bytes that there ought to be more, so that collections come less often
     */
    long collected(long nanoseconds, boolean isGrowing) {
        long now = System.nanoTime();
        if (nanoseconds > (now - last - nanoseconds) / SHARE) {
            lost += nanoseconds;
        }
        last = now;
        if (lost <= (isGrowing ? price : FRESH) * floor) {
            return 0;
        }
        lost = 0;
        return room(floor);
    }

    /** As much of that as the floor may still rise. */
    private long room(long bytes) {
        return Math.clamp(limit() / 8 - floor, 0, bytes);
    }

    /** Whether that is a small part of what there may be. */
    boolean isLittle(long bytes) {
        return bytes <= modest || bytes <= limit() / LITTLE;
    }

    /** Notes how long the system took for fresh memory; in a virtual machine it can be ten times as long. */
    void priced(long bytes, long nanoseconds) {
        price = Math.max(FRESH, (double) nanoseconds / bytes);
    }

    /** So many bytes more may be in use between two collections. */
    void raise(long bytes) {
        floor += room(bytes);
        next = Math.min(limit(), Math.max(floor, next));
    }

    // ---- the limit of this process ----

    /**
     * What the property says, else what the process may have without what its heap may grow to and an eighth
     * for all else; but not less than a quarter.
     */
    private static long limitOfProcess() {
        long all = ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getTotalMemorySize();
        String given = System.getProperty(PROPERTY);
        if (given != null) {
            Long amount = parse(given, all);
            if (amount != null) {
                return amount;
            }
            System.getLogger("ricci.runtime").log(System.Logger.Level.WARNING, PROPERTY + "=" + given
                    + " is no amount of memory, such as 512m, 8g or 50%");
        }
        return Math.max(all / 4, all - all / 8 - Runtime.getRuntime().maxMemory());
    }

    /** Bytes; null if that is no amount. A percentage is one of {@code all}. */
    static @Nullable Long parse(String text, long all) {
        Matcher matcher = AMOUNT.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            return null;
        }
        long number = Long.parseLong(matcher.group(1));
        double bytes = switch (matcher.group(2)) {
            case "k" -> 0x1p10 * number;
            case "m" -> 0x1p20 * number;
            case "g" -> 0x1p30 * number;
            case "t" -> 0x1p40 * number;
            case "%" -> all / 100.0 * number;
            default -> number;
        };
        return (long) bytes;
    }
}
