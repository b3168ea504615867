package ricci;

/** What becomes of places outside an axis that are only known as values of a tensor. */
public enum IndexMode {
    /** They are moved to the nearer end. */
    CLIP,
    /** Reading gives NaN, or the least integer; writing leaves them out. */
    FILL,
    /** They are taken modulo the length. */
    WRAP
}
