/** The daytime sample: a client asks what time it is, a server says it. */
@NullMarked
package dev.trefoil.samples.daytime;

import org.jspecify.annotations.NullMarked;
