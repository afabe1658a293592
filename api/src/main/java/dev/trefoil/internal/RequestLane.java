package dev.trefoil.internal;

import dev.trefoil.spi.RequestPort;
import dev.trefoil.spi.Timekeeper;

/** A target of requests, with the counters and the clock that go with it. */
record RequestLane(RequestPort.Target target, SlotMetrics metrics, Timekeeper time) {}
