package ricci.runtime;

import java.lang.ref.PhantomReference;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What the buffers of one piece of memory have in common. As long as it is alive, nobody else gets that. */
final class Lease {
    /** How many tensors have the memory. */
    final AtomicInteger holders = new AtomicInteger();
    /** How many runs read it. */
    final AtomicInteger readers = new AtomicInteger();
    private final @Nullable Loan loan;
    /** That of the memory around, which is not given back as long as this one is alive. */
    private final @Nullable Lease around;

    private Lease(@Nullable Pool pool, @Nullable Block block, @Nullable Lease around) {
        loan = pool == null || block == null ? null : pool.lend(this, block);
        this.around = around;
    }

    /** Of memory that is the garbage collector's alone. */
    static Lease ofNone() {
        return new Lease(null, null, null);
    }

    /** Of a block that goes back to the pool. */
    static Lease of(Pool pool, Block block) {
        return new Lease(pool, block, null);
    }

    /** Of a part of what another one is of, that is cut for one owner. */
    static Lease inside(Lease around) {
        return new Lease(null, null, around);
    }

    /** Whether the memory is the pool's; it holds anything then. */
    boolean isOfPool() {
        return loan != null || around != null;
    }

    /** Gives the memory back at once, if it is a block; nobody uses it any longer. */
    void end() {
        if (loan != null) {
            loan.end();
        }
    }

    /** What the pool knows of a lease; given to it by the collector when the lease is gone. */
    static final class Loan extends PhantomReference<Lease> {
        final Block block;
        private final Pool pool;

        // Neighbours among all loans, which the pool keeps alive.
        @Nullable Loan before;
        @Nullable Loan after;
        boolean isOver;

        Loan(Lease lease, Pool pool, Block block) {
            super(lease, pool.gone());
            this.pool = pool;
            this.block = block;
        }

        void end() {
            pool.end(this);
        }
    }
}
