/**
 * The twelve things that go bump in the net, acted out with real processes: {@code trefoil bump}.
 *
 * <p>{@code Bump} lists them, {@code Openings}, {@code Endings}, {@code Crashes} and {@code Flood}
 * act them out on the command's thread; a {@code Witness} hears on the library's threads what a
 * user of the library would.
 */
@NullMarked
package dev.trefoil.samples.bump;

import org.jspecify.annotations.NullMarked;
