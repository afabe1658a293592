/** {@code trefoil certs}: certificates for development, by the JDK's own tools. */
@NullMarked
package dev.trefoil.samples.certs;

import org.jspecify.annotations.NullMarked;
