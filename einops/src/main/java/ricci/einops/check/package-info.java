/**
 * Patterns that are checked by javac: one that is wrong is an error of compilation, at its line.
 *
 * <pre>
 * Model.java:12: error: rearrange: the axis batch is on the left only
 *         return rearrange(x, "batch h w c -&gt; bach c h w");
 *                             ^
 *       batch h w c -&gt; bach c h w
 *       ^^^^^
 *     rule:  rearrange keeps all axes
 *     fix:   did you mean bach?
 * </pre>
 *
 * <p>There are two ways to switch it on, and both need nothing but this jar. As an annotation processor:
 *
 * <pre>
 * javac -processorpath ricci-einops.jar -cp … Model.java
 *
 * Maven, in the configuration of maven-compiler-plugin:
 *   &lt;annotationProcessorPaths&gt;
 *     &lt;path&gt;
 *       &lt;groupId&gt;dev.ricci&lt;/groupId&gt;
 *       &lt;artifactId&gt;ricci-einops&lt;/artifactId&gt;
 *       &lt;version&gt;…&lt;/version&gt;
 *     &lt;/path&gt;
 *   &lt;/annotationProcessorPaths&gt;
 *
 * Gradle:
 *   dependencies { annotationProcessor("dev.ricci:ricci-einops:…") }
 * </pre>
 *
 * <p>Since JDK 23 a jar on the class path is no longer searched for processors unless that is asked for, with
 * a path of processors as above or with {@code -proc:full}.
 *
 * <p>Or as a plugin of javac, by {@code -Xplugin:RicciPatterns}; the jar is found on the path of processors,
 * or on the class path if there is no such path. That is for builds without annotation processing, and for
 * those with {@code -Xlint:all -Werror}: as soon as there is any processor, javac warns of annotations that
 * none of them claims, and this one claims none. If the path of processors is needed for others, add
 * {@code -Xlint:-processing}.
 *
 * <p>What is checked are calls of {@link ricci.einops.Einops} and of {@code ricci.nn.EinMix} whose pattern is
 * a constant: a literal, a text block, a constant variable of any class, what is concatenated of these. Of a
 * pattern that is computed nothing is said, nor of what depends on the tensors. If all lengths are given as
 * {@code axis("name", …)}, their names are checked against the pattern, and that none is missing.
 * {@link ricci.einops.check.PatternListener} is what listens to javac.
 */
package ricci.einops.check;
