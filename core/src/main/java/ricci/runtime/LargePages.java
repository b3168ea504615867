package ricci.runtime;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Fresh memory for large tensors in pages of 2 MB instead of 4 KB, so that the system is asked for a page
 * five hundred times less often. Only on Linux, and only where this module may call native code; elsewhere
 * there is none of it.
 */
@SuppressWarnings("restricted")
final class LargePages {
    private static final long PAGE = 2L << 20;
    /** Less is not worth it. */
    static final long LEAST = 2 * PAGE;
    private static final int READ_AND_WRITE = 1 | 2;
    private static final int PRIVATE_AND_ANONYMOUS = 2 | 0x20;
    private static final int MADV_DONTNEED = 4;
    private static final int MADV_HUGEPAGE = 14;
    private static final int MADV_POPULATE_WRITE = 23;
    /** Of Linux: this thread alone; and the priority below all others. */
    private static final int PRIO_PROCESS = 0;
    private static final int LOWEST = 19;
    /** The least that any system has. */
    private static final int SMALL_PAGE = 1 << 12;
    private static final long FAILED = -1;
    private static final int REHEARSALS = 200;

    /** Made on a thread of its own: it takes a moment, and a stack that is full would spoil it for good. */
    private static final CompletableFuture<Optional<LargePages>> HERE = finding();

    private final MethodHandle mmap;
    private final MethodHandle munmap;
    private final MethodHandle madvise;
    private final MethodHandle setpriority;

    private LargePages(Linker linker, SymbolLookup symbols) {
        mmap = linker.downcallHandle(symbols.find("mmap").orElseThrow(), FunctionDescriptor.of(
                ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));
        munmap = linker.downcallHandle(symbols.find("munmap").orElseThrow(), FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
        madvise = linker.downcallHandle(symbols.find("madvise").orElseThrow(), FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
        setpriority = linker.downcallHandle(symbols.find("setpriority").orElseThrow(), FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    }

    /** Begins to look whether there are any. */
    static void begin() {}

    private static CompletableFuture<Optional<LargePages>> finding() {
        try {
            return CompletableFuture.supplyAsync(LargePages::find,
                    task -> Thread.ofPlatform().daemon().name("ricci-pages").start(task));
        } catch (OutOfMemoryError e) {
            // There are to be no more threads.
            return CompletableFuture.completedFuture(Optional.empty());
        }
    }

    private static Optional<LargePages> find() {
        boolean isLinux = System.getProperty("os.name").equals("Linux");
        if (!isLinux || !LargePages.class.getModule().isNativeAccessEnabled()) {
            return Optional.empty();
        }
        Linker linker = Linker.nativeLinker();
        LargePages pages = new LargePages(linker, linker.defaultLookup());
        pages.rehearse();
        return Optional.of(pages);
    }

    /**
     * Calls everything for nothing until the JVM has made all code for it, which it does at the first call
     * and after a hundred: on a full stack, a piece of memory would neither be there nor be given back.
     */
    private void rehearse() {
        for (int i = 0; i < REHEARSALS; i++) {
            if (map(0) != FAILED) {
                throw new IllegalStateException("the system gave memory of no size");
            }
            advise(0, 0, MADV_HUGEPAGE);
            unmap(0, 0);
        }
    }

    /** Memory of so many bytes, aligned to a page, that goes when nobody has it; null if there is none. */
    static @Nullable MemorySegment allocate(long bytes) {
        return bytes < LEAST ? null : HERE.join().map(here -> here.allocated(bytes)).orElse(null);
    }

    private @Nullable MemorySegment allocated(long bytes) {
        // One page more than asked for, of which what lies before the first boundary stays unused.
        long length = Math.addExact(bytes, PAGE);
        long address = map(length);
        if (address == FAILED) {
            return null;
        }
        long begin = (address + PAGE - 1) / PAGE * PAGE;
        advise(begin, bytes / PAGE * PAGE, MADV_HUGEPAGE);
        return MemorySegment.ofAddress(begin).reinterpret(bytes, Arena.ofAuto(), _ -> unmap(address, length));
    }

    /**
     * Has the system give all pages of memory that is fresh and nobody's yet. It does so outside of Java
     * where it can, a page at a time: neither a collection nor other calls of the system wait for more than
     * one.
     */
    static void touch(MemorySegment memory) {
        Optional<LargePages> here = HERE.join();
        for (long at = 0; at < memory.byteSize(); at += PAGE) {
            long length = Math.min(PAGE, memory.byteSize() - at);
            long address = memory.address() + at;
            if (here.isEmpty() || !here.get().advise(address, length, MADV_POPULATE_WRITE)) {
                for (long i = at; i < at + length; i += SMALL_PAGE) {
                    memory.set(ValueLayout.JAVA_BYTE, i, (byte) 0);
                }
            }
        }
    }

    /**
     * Leaves the processors to all other threads, and the calling one what they do not need, for the rest of
     * its life. To touch fresh memory keeps a processor busy for seconds, which loops on as many threads as
     * there are processors would wait for.
     */
    static void giveWay() {
        HERE.join().ifPresent(LargePages::lowerPriority);
    }

    /** Gives the system the pages of what {@link #allocate} gave, which nobody uses any longer. */
    static void release(MemorySegment memory) {
        HERE.join().ifPresent(here -> here.advise(memory.address(), memory.byteSize(), MADV_DONTNEED));
    }

    // ---- calls of the system ----

    private long map(long length) {
        try {
            return (long) mmap.invokeExact(0L, length, READ_AND_WRITE, PRIVATE_AND_ANONYMOUS, -1, 0L);
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    private boolean advise(long address, long length, int advice) {
        try {
            return (int) madvise.invokeExact(address, length, advice) == 0;
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    private void lowerPriority() {
        try {
            int _ = (int) setpriority.invokeExact(PRIO_PROCESS, 0, LOWEST);
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    private void unmap(long address, long length) {
        try {
            int _ = (int) munmap.invokeExact(address, length);
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    private static Error failure(Throwable e) {
        return e instanceof StackOverflowError full ? full
                : new LinkageError("a call of the system failed", e);
    }
}
