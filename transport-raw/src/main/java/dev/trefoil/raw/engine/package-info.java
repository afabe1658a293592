/** Sockets, selector loops and the threads that run them. */
@NullMarked
package dev.trefoil.raw.engine;

import org.jspecify.annotations.NullMarked;
