package ricci.runtime;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import ricci.ir.RicciException;

/**
 * Memory outside of the heap that is used again. Fresh memory is expensive: the system hands it out page by
 * page as it is first touched, which takes longer than to compute what is written to it.
 *
 * <p>A block comes back when whoever had it says so, or when the garbage collector finds that its owner is
 * gone. The collector does not see how much lies outside of its heap, so it is asked for a collection when
 * more is in use than a {@link Budget} allows; where it is asked too often, more memory is made ready
 * meanwhile, on a thread of its own. What has been idle for a minute, the system gets back.
 *
 * <p>No lock is held while the system is asked for memory, nor while the collector works.
 */
public final class Pool {
    /** Smaller ones are cut from regions; larger ones have one each. */
    private static final long LARGE = 4L << 20;
    private static final long LEAST_REGION = 1L << 20;
    private static final long LARGEST_REGION = 16L << 20;
    /** No region is more than such a part of the limit: the last block that is in use keeps all of it. */
    private static final long REGIONS = 64;

    /** So often memory is looked for before it is refused: what one thread has found, another may take. */
    private static final int ATTEMPTS = 3;

    private static final long MINUTE = 60_000_000_000L;
    /** For regions without blocks, in place of a size. */
    private static final int NO_BLOCK = -1;

    private static final Pool PROCESS = new Pool(Budget.ofProcess());

    static {
        LargePages.begin();
    }

    private final Budget budget;
    private final ReferenceQueue<Object> gone = new ReferenceQueue<>();
    private final GarbageCollector collector = new GarbageCollector(gone, System::gc, this::drain,
            this::returned);
    /** No lock of java.util.concurrent: where the stack is full, such a one may be kept for ever. */
    private final Object collecting = new Object();
    private final IdleBlocks idleBlocks = new IdleBlocks();
    private final Set<Region> regions = new HashSet<>();
    private Lease.@Nullable Loan loans;
    private long inUse;
    private long reserved;
    private long peak;
    private long returned;
    private long collections;
    /** Of these, the ones of the whole heap. */
    private long wholeCollections;
    private boolean isWatched;
    private boolean isGrowing;

    Pool(Budget budget) {
        this.budget = budget;
    }

    /** The one of this process. */
    public static Pool process() {
        return PROCESS;
    }

    /**
     * How it stands with the pool, in bytes.
     *
     * @param inUse what tensors and running executables have, as far as is known
     * @param reserved what the system has given: that, and what waits to be used again
     * @param peak the most that has ever been in use
     * @param limit what there is at most, {@code -Dricci.memory=…}
     * @param collections how often the garbage collector was asked
     */
    public record State(long inUse, long reserved, long peak, long limit, long collections) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%d MB in use, %d MB reserved, %d MB at the peak, of "
                    + "at most %d MB; %d collections", inUse >> 20, reserved >> 20, peak >> 20, limit >> 20,
                    collections);
        }
    }

    /** How it stands. */
    public synchronized State state() {
        return new State(inUse, reserved, peak, budget.limit(), collections);
    }

    /** Bytes that are in use. */
    public synchronized long inUse() {
        return inUse;
    }

    /** Bytes that wait to be used again. */
    public synchronized long idle() {
        return reserved - inUse;
    }

    /** Whether so little is in use that some may be wasted. */
    synchronized boolean hasPlenty() {
        return budget.isLittle(inUse);
    }

    // ---- taking ----

    /**
     * Memory of at least so many bytes that hold anything, aligned to {@link Buffer#ALIGNMENT}.
     *
     * @throws RicciException.Argument if there is none
     */
    public Block take(long bytes) {
        Block block = takeUnlessFull(bytes);
        return block != null ? block : takeWhenFull(Sizes.of(bytes));
    }

    /** As {@link #take}, but null where no small block of this size waits, and there can be no more. */
    @Nullable Block takeUnlessFull(long bytes) {
        StackRoom.requireLittle();
        int sizeClass = Sizes.of(bytes);
        long size = Sizes.bytes(sizeClass);
        drain();
        Block block = reused(sizeClass, size);
        if (block != null) {
            return block;
        }
        StackRoom.require();
        if (isBudgetReached(size)) {
            collect(size);
            block = reused(sizeClass, size);
        }
        return block != null ? block : cut(sizeClass, size);
    }

    /** What waits in this size, or a part of what does in larger ones; the collector may have to find it. */
    private Block takeWhenFull(int sizeClass) {
        long size = Sizes.bytes(sizeClass);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Block block = reused(sizeClass, size);
            if (block == null) {
                block = parted(sizeClass, size);
            }
            if (block == null) {
                block = joined(sizeClass, size);
            }
            if (block == null) {
                collectAll();
                block = cut(sizeClass, size);
            }
            if (block != null) {
                return block;
            }
        }
        return cutFromNew(size, sizeClass, size);
    }

    /** One that waits, of this size or the next. */
    private synchronized @Nullable Block reused(int sizeClass, long size) {
        Block block = idleBlocks.ofSize(sizeClass);
        if (block == null && sizeClass + 1 < Sizes.CLASSES && size >= LARGE) {
            block = idleBlocks.ofSize(sizeClass + 1);
        }
        if (block != null) {
            idleBlocks.remove(block);
            block.region.taken();
            use(block.bytes());
        }
        return block;
    }

    /** Of the smallest one that waits and is larger, a part; what is left of it waits. */
    private synchronized @Nullable Block parted(int sizeClass, long size) {
        Block whole = idleBlocks.larger(sizeClass);
        if (whole == null) {
            return null;
        }
        idleBlocks.remove(whole);
        Region.Parts parts = whole.region.part(whole, sizeClass);
        idleBlocks.add(parts.rest());
        whole.region.taken();
        use(size);
        return parts.block();
    }

    /** The same after all neighbours that wait have become one. */
    private synchronized @Nullable Block joined(int sizeClass, long size) {
        for (Region region : regions) {
            for (List<Block> run : region.neighbours()) {
                run.forEach(idleBlocks::remove);
                idleBlocks.add(region.join(run));
            }
        }
        Block block = reused(sizeClass, size);
        return block != null ? block : parted(sizeClass, size);
    }

    private void use(long bytes) {
        inUse += bytes;
        peak = Math.max(peak, inUse);
    }

    /** A new block, of a region that has room for it, or of a new region; null if it is small and may not. */
    private @Nullable Block cut(int sizeClass, long size) {
        long bytes = size;
        if (size < LARGE) {
            synchronized (this) {
                Block block = cutFromRegions(sizeClass, size);
                if (block != null) {
                    return block;
                }
                long most = Math.clamp(budget.known() / REGIONS, LEAST_REGION, LARGEST_REGION);
                bytes = Math.max(size, Math.clamp(Long.highestOneBit(reserved + 1) / 4, LEAST_REGION, most));
                if (isFull(bytes)) {
                    return null;
                }
            }
        }
        return cutFromNew(bytes, sizeClass, size);
    }

    private Block cutFromNew(long bytes, int sizeClass, long size) {
        Region region = reserve(bytes, this::allocateWithinLimit);
        synchronized (this) {
            regions.add(region);
            Block block = Objects.requireNonNull(region.cut(sizeClass, size));
            use(size);
            return block;
        }
    }

    /** Whether there may not be so many bytes more, even if all regions are dropped that can be. */
    private boolean isFull(long bytes) {
        return budget.isExceeded(reserved + bytes) && budget.isExceeded(reserved + bytes
                - regions.stream().filter(Region::isIdle).mapToLong(Region::bytes).sum());
    }

    /** A new region, which counts as reserved before it is there: others may ask for more meanwhile. */
    private Region reserve(long bytes, LongFunction<Region> allocation) {
        List<Region> dropped;
        synchronized (this) {
            dropped = makeRoom(bytes);
            reserved += bytes;
        }
        Region region = null;
        try {
            dropped.forEach(Region::release);
            region = allocation.apply(bytes);
            return region;
        } finally {
            if (region == null) {
                synchronized (this) {
                    reserved -= bytes;
                }
            }
        }
    }

    private @Nullable Block cutFromRegions(int sizeClass, long size) {
        for (Region region : regions) {
            Block block = region.hasRoom() ? region.cut(sizeClass, size) : null;
            if (block != null) {
                use(size);
                return block;
            }
        }
        return null;
    }

    private void requireWithinLimit(long bytes) {
        for (int attempt = 0; isLimitExceeded(); attempt++) {
            if (attempt == ATTEMPTS) {
                State state = state();
                throw full(bytes, state.inUse + " bytes in use, of at most " + state.limit);
            }
            collectAll();
            List<Region> dropped;
            synchronized (this) {
                dropped = makeRoom(0);
            }
            dropped.forEach(Region::release);
        }
    }

    private synchronized boolean isLimitExceeded() {
        return budget.isExceeded(reserved);
    }

    private static RicciException full(long bytes, String state) {
        return new RicciException.Argument("allocate " + bytes + " bytes", state,
                "what is in use at once fits into the memory for tensors",
                "keep fewer or smaller tensors, donate arguments to jit, or raise the limit, for example "
                + "-Dricci.memory=8g, and -XX:MaxDirectMemorySize=8g where native access is not enabled");
    }

    private Region allocateWithinLimit(long bytes) {
        requireWithinLimit(bytes);
        try {
            return Region.allocate(bytes);
        } catch (OutOfMemoryError e) {
            // What waits in other sizes may be just what is missing.
            collectAll();
            dropIdle(Long.MIN_VALUE);
        }
        try {
            return Region.allocate(bytes);
        } catch (OutOfMemoryError e) {
            throw full(bytes, inUse() + " bytes in use; the system gives no more: " + e.getMessage());
        }
    }

    // ---- more, before it is needed ----

    /**
     * Makes so many bytes ready, beside what computes: in sizes that wait now, since those are in demand. If
     * collections have cost as much as fresh memory would before the last were ready, no processor is left
     * for that: who computes takes it from the system.
     */
    private void beginToGrow(long bytes) {
        if (bytes > 0 && isGrowing) {
            budget.raise(bytes);
        } else if (bytes > 0) {
            List<Integer> sizes = waiting(bytes);
            isGrowing = isStarted("ricci-fresh-memory", () -> grow(sizes, bytes));
        }
    }

    /** The sizes of large blocks that wait, one for each of them, of no more than so many bytes together. */
    private List<Integer> waiting(long bytes) {
        List<Integer> sizes = new ArrayList<>();
        long sum = 0;
        for (int sizeClass = Sizes.of(LARGE); sizeClass < Sizes.CLASSES; sizeClass++) {
            for (Block block = idleBlocks.ofSize(sizeClass); block != null; block = block.after) {
                if (sum + block.bytes() <= bytes) {
                    sizes.add(sizeClass);
                    sum += block.bytes();
                }
            }
        }
        return sizes;
    }

    /** Blocks of those sizes, and what is left of that many bytes for small ones. */
    private void grow(List<Integer> sizes, long bytes) {
        long left = bytes;
        try {
            LargePages.giveWay();
            for (int sizeClass : sizes) {
                long size = Sizes.bytes(sizeClass);
                if (!makeReady(size, sizeClass)) {
                    return;
                }
                left -= size;
            }
            while (left >= LARGEST_REGION && makeReady(LARGEST_REGION, NO_BLOCK)) {
                left -= LARGEST_REGION;
            }
        } catch (OutOfMemoryError e) {
            // Who needs it will be told.
        } finally {
            synchronized (this) {
                isGrowing = false;
            }
        }
    }

    /** A region with a block of that size, or with none; false if there may be no more. */
    private boolean makeReady(long bytes, int sizeClass) {
        synchronized (this) {
            if (budget.isExceeded(reserved + bytes)) {
                return false;
            }
        }
        long begin = ownTime();
        Region region = reserve(bytes, Region::touched);
        long time = ownTime() - begin;
        synchronized (this) {
            regions.add(region);
            budget.priced(bytes, time);
            budget.raise(bytes);
            if (sizeClass != NO_BLOCK) {
                idleBlocks.add(Objects.requireNonNull(region.cut(sizeClass, bytes)));
                region.givenBack();
            }
        }
        return true;
    }

    /** Nanoseconds for which this thread had a processor; if the system does not say, that have passed. */
    private static long ownTime() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return threads.isCurrentThreadCpuTimeSupported() && threads.isThreadCpuTimeEnabled()
                ? threads.getCurrentThreadCpuTime() : System.nanoTime();
    }

    // ---- giving back ----

    /** Gives back what {@link #take} gave; nobody uses it any longer. */
    public synchronized void giveBack(Block block) {
        if (block.isIdle) {
            throw new IllegalStateException("a block was given back twice");
        }
        inUse -= block.bytes();
        returned++;
        idleBlocks.add(block);
        block.region.givenBack();
    }

    /** The queue of the loans whose leases are gone. */
    ReferenceQueue<Object> gone() {
        return gone;
    }

    /** Gives the block back when nothing refers to {@code lease} any longer, unless it is ended before. */
    Lease.Loan lend(Lease lease, Block block) {
        Lease.Loan loan = new Lease.Loan(lease, this, block);
        synchronized (this) {
            loan.after = loans;
            if (loans != null) {
                loans.before = loan;
            }
            loans = loan;
            isWatched = isWatched || isStarted("ricci-memory", this::watch);
        }
        return loan;
    }

    /** Starts a thread for what is not necessary, unless there are to be no more threads. */
    private static boolean isStarted(String name, Runnable task) {
        try {
            Thread.ofPlatform().daemon().name(name).start(task);
            return true;
        } catch (OutOfMemoryError e) {
            return false;
        }
    }

    synchronized void end(Lease.Loan loan) {
        if (loan.isOver) {
            return;
        }
        loan.isOver = true;
        if (loan.before == null) {
            loans = loan.after;
        } else {
            loan.before.after = loan.after;
        }
        if (loan.after != null) {
            loan.after.before = loan.before;
        }
        giveBack(loan.block);
    }

    /** Takes back what the collector has found, on whatever thread allocates. */
    private void drain() {
        for (Reference<?> found = gone.poll(); found != null; found = gone.poll()) {
            end(found);
        }
    }

    private void end(Reference<?> found) {
        if (found instanceof Lease.Loan loan) {
            end(loan);
        } else if (found instanceof GarbageCollector.Mark mark) {
            mark.takeBack();
        }
    }

    /** Takes back what is found while nothing is allocated, and gives the system what has long been idle. */
    private void watch() {
        while (true) {
            try {
                Reference<?> found = gone.remove(TimeUnit.SECONDS.toMillis(10));
                if (found != null) {
                    end(found);
                } else {
                    dropIdle(System.nanoTime() - MINUTE);
                }
            } catch (InterruptedException e) {
                // Nobody has a reason to interrupt it.
            }
        }
    }

    // ---- what is not worth keeping ----

    /** Gives the system what has been idle since before that time. */
    void dropIdle(long before) {
        List<Region> dropped = new ArrayList<>();
        synchronized (this) {
            for (Region region : List.copyOf(regions)) {
                if (region.isIdle() && (before == Long.MIN_VALUE || region.idleSince() - before < 0)) {
                    drop(region);
                    dropped.add(region);
                }
            }
        }
        dropped.forEach(Region::release);
    }

    /** Drops what has been idle longest, until there is room for so many bytes, if that is possible. */
    private List<Region> makeRoom(long bytes) {
        List<Region> dropped = new ArrayList<>();
        if (budget.isTooMuch(reserved + bytes)) {
            List<Region> idle = new ArrayList<>(regions.stream().filter(Region::isIdle).toList());
            idle.sort(Comparator.comparingLong(Region::idleSince));
            for (Region region : idle) {
                if (budget.isTooMuch(reserved + bytes)) {
                    drop(region);
                    dropped.add(region);
                }
            }
        }
        return dropped;
    }

    private void drop(Region region) {
        region.blocks().forEach(idleBlocks::remove);
        regions.remove(region);
        reserved -= region.bytes();
    }

    // ---- the garbage collector ----

    private synchronized boolean isBudgetReached(long bytes) {
        return budget.isReached(inUse + bytes);
    }

    /** Has the garbage collector find what is no longer used, before {@code bytes} more are. */
    private void collect(long bytes) {
        collect(bytes, false);
    }

    /** Finds all that is no longer used. */
    private void collectAll() {
        collect(0, true);
    }

    private void collect(long bytes, boolean isWhole) {
        long known = collections(isWhole);
        synchronized (collecting) {
            if (collections(isWhole) - known > (isWhole ? 1 : 0)) {
                // Another thread has done so in the meantime. One may have begun before, and not found all.
                return;
            }
            long begin = System.nanoTime();
            boolean isEnough = !isWhole && collector.collectYoung() && isRelieved(bytes);
            if (!isEnough) {
                collector.collect();
            }
            synchronized (this) {
                collections++;
                if (!isEnough) {
                    wholeCollections++;
                    budget.survived(inUse + bytes);
                }
                beginToGrow(budget.collected(System.nanoTime() - begin, isGrowing));
            }
        }
    }

    private synchronized boolean isRelieved(long bytes) {
        return budget.isRelieved(inUse + bytes);
    }

    private synchronized long collections(boolean isWhole) {
        return isWhole ? wholeCollections : collections;
    }

    private synchronized long returned() {
        return returned;
    }
}
