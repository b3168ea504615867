package ricci.einops;

/** How the two innermost loops of a copy run in one type of memory. */
interface Tiles {
    /**
     * Copies {@code outer} times {@code inner} elements.
     *
     * @param from the memory that is read, from place {@code f}
     * @param to the memory that is written, from place {@code t}
     */
    void copy(Tile strides, Object from, long f, Object to, long t, int outer, int inner);

    /** The same for a copy of {@link Tile.Kind#TURN}, with memory of their own if they need some. */
    default Tiles turning() {
        return this;
    }

    /** The same for a great many elements, as fast as the machine can. */
    default Tiles forMany() {
        return this;
    }
}
