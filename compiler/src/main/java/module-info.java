/**
 * Turns programs into code: passes over programs, loop nests, and their translation to bytecode of the JVM.
 * Whoever has it on the path gets it: the core finds it as a service.
 */
@org.jspecify.annotations.NullMarked
module ricci.compiler {
    requires static org.jspecify;
    requires transitive ricci.core;
    requires jdk.incubator.vector;
    requires java.management;
    requires jdk.management;

    exports ricci.compiler;
    exports ricci.loop;
    exports ricci.jvm;
    exports ricci.peak;

    provides ricci.runtime.Backend with ricci.compiler.Compiler;
}
