/** Loops as bytecode of the JVM. */
@org.jspecify.annotations.NullMarked
package ricci.jvm;
