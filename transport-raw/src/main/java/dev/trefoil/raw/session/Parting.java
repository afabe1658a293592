package dev.trefoil.raw.session;

import dev.trefoil.raw.wire.FrameType;
import dev.trefoil.raw.wire.Frames;

/**
 * How the two sides of a connection come to their last messages. Who is going to close says
 * GOODBYE; a peer that sends requests or pushes then sends nothing new, and LAST behind what it has
 * queued. Once that has come, closing loses nothing.
 *
 * <p>On the loop, but for {@link #goodbye} and {@link #isQuiet}, which any thread may call.
 */
public final class Parting {
  private final Session session;
  private final SessionOwner owner;
  private boolean saidGoodbye; // guarded by the outlet's lock
  private boolean answered;
  private boolean lastCame;
  private volatile boolean quiet;

  Parting(Session session, SessionOwner owner) {
    this.session = session;
    this.owner = owner;
  }

  /** The peer is going to answer a GOODBYE. */
  void isAnswered() {
    answered = true;
  }

  /** Asks the peer to come to its last message. */
  public void ask(String words) {
    goodbye(words);
    if (!answered) {
      quiet(); // nothing can be known of it
    }
  }

  /** Tells the peer, where it understands that, to send nothing new. Any thread. */
  public void goodbye(String words) {
    Outlet outlet = session.outlet();
    session.queue(
        () -> {
          if (!outlet.isOpen() || saidGoodbye || !session.side().v1()) {
            return false;
          }
          saidGoodbye = true;
          outlet.queue().add(FrameType.GOODBYE, 0, 0, Frames.EMPTY, Frames.words(words));
          return true;
        });
  }

  /** Sends nothing new any more, and tells the peer behind what is queued. */
  void sendLast() {
    Outlet outlet = session.outlet();
    session.queue(
        () -> {
          outlet.shut();
          if (!outlet.isOpen()) {
            return false;
          }
          outlet.queue().add(FrameType.LAST, 0, 0, Frames.EMPTY, Frames.EMPTY);
          return true;
        });
  }

  /** The peer's LAST came; what came before it may not be handed on yet. */
  void lastCame() {
    lastCame = true;
  }

  /** All that came was handed on. */
  void handedOn() {
    if (lastCame && !quiet) {
      quiet();
    }
  }

  /** The connection has ended. */
  void over() {
    quiet();
  }

  private void quiet() {
    quiet = true;
    owner.quiet();
  }

  /** {@return whether nothing new comes any more, as far as can be known} */
  public boolean isQuiet() {
    return quiet;
  }
}
