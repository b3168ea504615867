package ricci.compiler;

/** Which of a group's elements a kernel runs over: all, or those of some of its loops that are cut. */
sealed interface Portion permits Portion.Whole, Tiles, Strip, Pieces {
    /** All of them. */
    record Whole() implements Portion {}
}
