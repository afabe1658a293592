/** The raw wire over {@code java.nio} sockets. */
@NullMarked
package dev.trefoil.raw;

import org.jspecify.annotations.NullMarked;
