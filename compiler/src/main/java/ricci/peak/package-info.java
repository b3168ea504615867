/**
 * What the machine can do at most, measured: the denominator of every percentage that Ricci prints.
 * {@link ricci.peak.Peak} is what was found, {@link ricci.peak.Probe} how.
 */
@NullMarked
package ricci.peak;

import org.jspecify.annotations.NullMarked;
