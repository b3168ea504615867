/** The {@code ricci} command. */
@org.jspecify.annotations.NullMarked
module ricci.cli {
    requires static org.jspecify;
    requires ricci.compiler;
    requires ricci.nn;
    requires info.picocli;
    requires jdk.compiler;

    // picocli fills the fields that its annotations mark.
    opens ricci.cli to info.picocli;
}
