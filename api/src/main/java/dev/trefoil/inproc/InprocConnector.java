package dev.trefoil.inproc;

import dev.trefoil.Endpoint;
import dev.trefoil.RejectReason;
import dev.trefoil.inproc.InprocNames.Binding;
import dev.trefoil.spi.Timekeeper.Timeout;
import dev.trefoil.spi.support.Backoff;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a port connected to an endpoint: tries, and after a failure or a loss tries again, when the
 * backoff has passed or as soon as somebody binds the name.
 *
 * <p>All but {@link #bound} runs on the port's loop, and its state is used there only.
 */
final class InprocConnector {
  private final InprocPort port;
  private final Endpoint endpoint;
  private final InprocNames names = InprocNames.OF_THIS_JVM;
  private final Backoff backoff;

  private boolean stopped;
  private boolean settled;
  private volatile boolean attempting;
  private @Nullable End end;
  private @Nullable Timeout pause;
  private long upSinceNanos;

  InprocConnector(InprocPort port, Endpoint endpoint) {
    this.port = port;
    this.endpoint = endpoint;
    this.backoff =
        new Backoff(
            port.options().reconnectMin(), port.options().reconnectMax(), new SplittableRandom());
  }

  InprocPort port() {
    return port;
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /** Somebody bound the name. Any thread. */
  void bound() {
    port.loop().post(this::attempt);
  }

  void attempt() {
    if (isOver() || attempting || end != null) {
      return;
    }
    endPause();
    Binding binding = names.findOrWait(endpoint.name(), this);
    if (binding == null) {
      failed("nobody has bound " + endpoint);
      return;
    }
    attempting = true;
    if (!binding.port().loop().post(() -> binding.port().accept(binding, this))) {
      attempting = false;
      failed("nobody has bound " + endpoint);
    }
  }

  /** The other side took the connection; this is its end here. */
  void accepted(End accepted) {
    if (stopped || port.isClosing()) {
      attempting = false;
      accepted.abandon();
      return;
    }
    end = accepted;
    upSinceNanos = port.nanoTime();
    names.forget(endpoint.name(), this);
    accepted.up();
    attempting = false; // not before, or the port could look quiet for a moment
  }

  /** The other side will not have this one. */
  void rejected(String address, RejectReason reason, String detail) {
    attempting = false;
    if (triesAgain()) {
      port.listener().rejected(endpoint, address, reason, detail);
    }
  }

  /** The other side has no connection to give, for now. */
  void refused(String why) {
    attempting = false;
    failed(why);
  }

  private void failed(String why) {
    if (triesAgain()) {
      port.listener().connectFailed(endpoint, why);
    }
  }

  /**
   * An attempt came to nothing: tries again later, or lets a drain know that nothing comes of it.
   */
  private boolean triesAgain() {
    if (settled && !port.isClosing()) {
      port.listener().quiet();
    } else if (!isOver()) {
      retryLater();
      return true;
    }
    return false;
  }

  /** The connection is gone. */
  void lost() {
    end = null;
    if (isOver()) {
      return;
    }
    if (port.nanoTime() - upSinceNanos >= port.options().reconnectMin().toNanos()) {
      backoff.reset();
    }
    retryLater();
  }

  /** Also when it was disconnected as the port closed, and neither has told it yet. */
  private boolean isOver() {
    return stopped || settled || port.isClosing();
  }

  private void retryLater() {
    names.await(endpoint.name(), this);
    endPause();
    pause = port.timekeeper().schedule(backoff.nextNanos(), () -> port.loop().post(this::attempt));
  }

  private void endPause() {
    if (pause != null) {
      pause.cancel();
      pause = null;
    }
  }

  /** Tries no more; a connection that is up, or may be for the other side, stays. */
  void settle() {
    settled = true;
    endPause();
    names.forget(endpoint.name(), this);
  }

  /** {@return whether the other side may take it for connected; any thread} */
  boolean isAttempting() {
    return attempting;
  }

  /** Tries no more; a connection that is up stays. */
  void stopTrying() {
    stopped = true;
    endPause();
    names.forget(endpoint.name(), this);
  }

  /** Tries no more, and closes the connection when what is queued was sent. */
  void disconnect() {
    stopTrying();
    if (end != null) {
      end.closeWithin(port.options().linger());
    }
  }
}
