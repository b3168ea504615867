/** Programs to code: passes over programs, their division into loops, and the plan by which these run. */
@org.jspecify.annotations.NullMarked
package ricci.compiler;
