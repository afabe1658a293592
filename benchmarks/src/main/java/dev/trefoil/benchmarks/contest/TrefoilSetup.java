package dev.trefoil.benchmarks.contest;

import dev.trefoil.Assurance;
import dev.trefoil.Execution;
import dev.trefoil.Idle;
import dev.trefoil.Messaging;
import dev.trefoil.Options;
import dev.trefoil.Overflow;
import dev.trefoil.Role;
import java.io.IOException;
import java.time.Duration;

/** Turns settings into what a Trefoil user would write: default options but for what is set. */
final class TrefoilSetup {
  /** How long a receive waits before it looks whether the trial is over. */
  static final Duration LOOK_UP = Duration.ofMillis(100);

  private static final Duration CONNECT = Duration.ofSeconds(20);

  private TrefoilSetup() {}

  static Messaging messaging(Work work) {
    Idle idle = work.is("wait", "spin") ? Idle.SPIN : Idle.PARK;
    return Messaging.builder().idle(idle).build();
  }

  static Options options(Work work) {
    Options.Builder options = Options.builder();
    if (work.is("assurance", "acknowledged")) {
      options.assurance(Assurance.AT_LEAST_ONCE);
    }
    if (work.is("take", "inline")) {
      options.execution(Execution.INLINE);
    }
    if (work.is("overflow", "block")) {
      options.overflow(Overflow.BLOCK);
    }
    return options.build();
  }

  static String listenAddress(Work work) {
    return work.text("scheme", "raw") + "://127.0.0.1:0";
  }

  static void awaitPeer(Role role) throws IOException, InterruptedException {
    if (!role.awaitPeers(1, CONNECT)) {
      throw new IOException("no connection within " + CONNECT.toSeconds() + " s: " + role);
    }
  }
}
