/**
 * Running programs: {@link ricci.runtime.Buffer} holds elements, {@link ricci.runtime.Backend} turns a
 * program into an {@link ricci.runtime.Executable}, and {@link ricci.runtime.Eval}, the reference
 * interpreter, says what it means. {@link ricci.runtime.SpmdEngine} runs shards, by default as threads.
 */
package ricci.runtime;
