package dev.trefoil.internal;

import dev.trefoil.spi.PortMetrics;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;

/** The counters of one role on one transport. Any thread may call it. */
final class SlotMetrics {
  final PortMetrics port = new PortMetrics();
  final Timings requests = new Timings();
  final Timings handler = new Timings();
  final LongAdder redelivered = new LongAdder();
  final LongAdder dead = new LongAdder();
  final LongAdder lateReplies = new LongAdder();
  final AtomicInteger peers = new AtomicInteger();

  /** Requests that wait for their reply; set once, when the slot is made. */
  volatile IntSupplier outstanding = () -> 0;

  /** Received messages that wait for the user; set once, when the slot is made. */
  volatile IntSupplier waiting = () -> 0;

  /** Adds what another one has counted; what can go down is left out. */
  void add(SlotMetrics other) {
    port.add(other.port);
    requests.add(other.requests);
    handler.add(other.handler);
    redelivered.add(other.redelivered.sum());
    dead.add(other.dead.sum());
    lateReplies.add(other.lateReplies.sum());
  }
}
