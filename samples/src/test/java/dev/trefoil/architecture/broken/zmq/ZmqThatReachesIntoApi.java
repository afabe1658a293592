package dev.trefoil.architecture.broken.zmq;

import dev.trefoil.architecture.broken.internal.Machinery;

/** A transport uses what api keeps to itself. */
public record ZmqThatReachesIntoApi(Machinery machinery) {}
