package ricci.compiler;

/**
 * How the panels along one side of a product are cut into blocks that threads share: each thread gets equally
 * many blocks, or one less, and what is left of blocks is shared along the other side.
 *
 * @param each panels in a block
 * @param cost the time it takes, as a multiple of what it would if all threads always had work, and the other
 *     operand was in their own caches
 */
record Shares(long each, double cost) {
    /**
     * The best blocks.
     *
     * @param most panels in a block
     * @param again what a block of one panel costs more, as the other operand is read again for each block:
     *     as a part of all
     */
    static Shares of(long panels, long most, int threads, double again) {
        Shares best = new Shares(Math.max(1, most), Double.POSITIVE_INFINITY);
        for (long each = Math.clamp(most, 1, Math.max(1, panels)); each > 0 && panels > 0; each--) {
            double cost = share(panels, each, threads) + again * Math.ceilDiv(panels, each) / panels;
            if (cost < best.cost) {
                best = new Shares(each, cost);
            }
        }
        return best;
    }

    /** What a thread does at most, as a multiple of what each would if all did the same. */
    static double share(long panels, long each, int threads) {
        long whole = Math.ceilDiv(panels / each, threads) * each;
        return (double) (whole * threads + panels % each) / panels;
    }
}
