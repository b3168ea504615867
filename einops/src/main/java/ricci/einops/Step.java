package ricci.einops;

/** What makes one number of two. */
enum Step {
    ADD, MULTIPLY, MAX, MIN
}
