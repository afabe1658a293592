/** The {@code trefoil} command and the pattern samples. */
@NullMarked
package dev.trefoil.samples;

import org.jspecify.annotations.NullMarked;
