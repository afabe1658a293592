/** The kit on the transport in the library, and on transports that are broken on purpose. */
@org.jspecify.annotations.NullMarked
package dev.trefoil.tck;
