package dev.trefoil.architecture.broken.raw;

import dev.trefoil.architecture.broken.zmq.ZmqThatReachesIntoApi;

/** One transport leans on the other. */
public record RawThatKnowsZmq(ZmqThatReachesIntoApi other) {}
