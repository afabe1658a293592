/** ZeroMQ's wire, spoken by JeroMQ. */
@NullMarked
package dev.trefoil.zmq;

import org.jspecify.annotations.NullMarked;
