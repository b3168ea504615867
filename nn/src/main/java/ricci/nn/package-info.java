/**
 * Learning: layers and losses are functions of trees of tensors, optimisers are pure functions of their
 * state, and {@link ricci.nn.Training} runs the loop. {@link ricci.nn.TrainingReport} shows how it went.
 */
package ricci.nn;
