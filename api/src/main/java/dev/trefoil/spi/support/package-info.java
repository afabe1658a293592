/** Parts that transports share: plain data structures without threads or sockets. */
@org.jspecify.annotations.NullMarked
package dev.trefoil.spi.support;
