/**
 * The echo sample: a client reads a line, sends it, reads the reply and prints it; the server sends
 * back what it got. {@link dev.trefoil.samples.echo.LineServer} does it without the library, for
 * telnet and nc.
 */
@NullMarked
package dev.trefoil.samples.echo;

import org.jspecify.annotations.NullMarked;
