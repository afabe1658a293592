/**
 * The two sides of a connection as state machines over bytes, time and randomness that are handed
 * in.
 */
@NullMarked
package dev.trefoil.raw.session;

import org.jspecify.annotations.NullMarked;
