package dev.trefoil.raw.engine;

import dev.trefoil.TcpOptions;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Counts the connections that a port has accepted, to say when one more is too many. */
final class Admission {
  private final TcpOptions options;
  private final AtomicInteger accepted = new AtomicInteger();
  private final AtomicInteger handshakes = new AtomicInteger();

  Admission(TcpOptions options) {
    this.options = options;
  }

  /** {@return why one more connection is too many, or null if it is not} */
  @Nullable String objection() {
    if (accepted.get() >= options.maxConnections()) {
      return "there are " + accepted.get() + " connections already";
    }
    if (handshakes.get() >= options.maxPendingHandshakes()) {
      return handshakes.get() + " connections are in their handshake already";
    }
    return null;
  }

  /** One came. */
  void accepted() {
    accepted.incrementAndGet();
    handshakes.incrementAndGet();
  }

  /** The handshake of one is over, one way or the other. */
  void shakenHands() {
    handshakes.decrementAndGet();
  }

  /** One is gone. */
  void ended() {
    accepted.decrementAndGet();
  }
}
