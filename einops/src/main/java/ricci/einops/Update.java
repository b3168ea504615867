package ricci.einops;

/** How an element that is written meets the one that is there. */
public enum Update {
    /** The last one written stays. */
    SET,
    /** The sum of all. */
    ADD
}
