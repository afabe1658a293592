package dev.trefoil.inproc;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.Peer;
import dev.trefoil.inproc.Outbox.Leftover;
import dev.trefoil.inproc.Outbox.Outcome;
import dev.trefoil.spi.PortMetrics.Drop;
import dev.trefoil.spi.Timekeeper.Timeout;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection. It owns the queue of what goes out; what comes in it takes from the
 * other end's.
 *
 * <p>Any thread may send. All else runs on the loop of the end's port, and its state is used there
 * only.
 */
abstract class End {
  private record Farewell(DisconnectReason reason, String detail) {}

  final Outbox out;

  private final InprocPort port;
  private final Peer peer;
  private final @Nullable InprocConnector connector;
  private @Nullable End other;
  private final Runnable announcement = this::announced;
  private final Runnable reading = this::read;
  private final Runnable roomNotice = this::roomWasMade;

  /** What was taken from the other end and not delivered; not empty only while paused. */
  private final ArrayDeque<Message> inbox = new ArrayDeque<>();

  private boolean moreToTake;
  private boolean paused;
  private boolean otherStopped;
  private volatile boolean quiet;
  private boolean closing;
  private boolean leaving;
  private boolean down;
  private @Nullable Farewell farewell;
  private @Nullable Timeout closeTimer;

  End(InprocPort port, Peer peer, @Nullable InprocConnector connector) {
    this.port = port;
    this.peer = peer;
    this.connector = connector;
    this.out =
        new Outbox(this, port.options().sendQueueMessages(), port.options().sendQueueBytes());
  }

  /** Makes two ends a connection, before either is used. */
  static void join(End one, End another) {
    one.other = another;
    another.other = one;
  }

  final End other() {
    return Objects.requireNonNull(other, "an end is used after it was joined");
  }

  InprocPort port() {
    return port;
  }

  /** {@return who is at the other end} */
  public final Peer peer() {
    return peer;
  }

  final boolean isDown() {
    return down;
  }

  final boolean isLeaving() {
    return leaving;
  }

  final boolean isAcceptedAt(Endpoint endpoint) {
    return connector == null && peer.endpoint().equals(endpoint);
  }

  // What each role's end does, on its loop.

  /** After peerUp. */
  abstract void onUp();

  /** Before peerDown. */
  abstract void onDown(DisconnectReason reason, String detail);

  /** A message came. Returns false to pause. */
  abstract boolean deliver(Message message);

  /** There is room again after a message was refused. */
  void onRoom() {}

  /** Nothing more is taken. */
  void onShut() {}

  /** The other end takes no new work. */
  void onLeaving() {}

  /** {@return whether closing waits until the other end has delivered what it took} */
  boolean isDeliveryWaitedFor() {
    return false;
  }

  /** A message is about to be taken from the queue: on the other end's loop, under the lock. */
  Message taking(Message message) {
    return message;
  }

  // Sending: any thread.

  final Outcome send(Message message) {
    return out.send(message);
  }

  /** The queue was empty and is not any more. */
  final void wakeReader() {
    End reader = other();
    reader.port.loop().post(reader.announcement);
  }

  /** The queue has room for what was refused. */
  final void postRoom() {
    port.loop().post(roomNotice);
  }

  /** The queue was waited for to be empty, and is. */
  final void postEmptied() {
    port.loop().post(this::emptied);
  }

  private void roomWasMade() {
    if (!down && !closing && !leaving) {
      onRoom();
    }
  }

  // Receiving.

  private void announced() {
    moreToTake = true;
    read();
  }

  private void read() {
    if (down || paused) {
      return;
    }
    try {
      if (inbox.isEmpty() && moreToTake) {
        moreToTake = other().out.handOver(inbox);
      }
      deliverAll();
    } finally {
      readOn();
    }
  }

  /** The batch is ended in any case, since what it brought is not seen before. */
  private void deliverAll() {
    try {
      deliverInbox();
    } finally {
      if (!port.isClosed()) {
        port.batchEnd();
      }
    }
  }

  private void deliverInbox() {
    int limit = port.options().maxMessageBytes();
    for (Message message = inbox.poll(); message != null; message = inbox.poll()) {
      int size = message.body.length;
      if (size > limit) {
        port.metrics().dropped(Drop.TOO_LARGE, 1);
        String detail = "a message of " + size + " bytes is over the limit of " + limit;
        close(DisconnectReason.TOO_LARGE, detail, DisconnectReason.CLOSED_BY_PEER);
      } else if (!deliver(message)) {
        paused = !down;
      }
      if (down) {
        return;
      }
      if (paused) {
        port.paused(this);
        return;
      }
    }
  }

  private void readOn() {
    if (!down && inbox.isEmpty()) {
      other().out.delivered();
    }
    if (down || paused) {
      return;
    }
    if (otherStopped && !quiet && inbox.isEmpty() && !moreToTake) {
      quiet = true;
      port.listener().quiet();
    }
    if (farewell != null && inbox.isEmpty()) {
      end(farewell.reason, farewell.detail);
    } else if (moreToTake || !inbox.isEmpty()) {
      port.loop().post(reading);
    }
  }

  final void resume() {
    paused = false;
    read();
  }

  // Life.

  final void up() {
    port.added(this);
    port.listener().peerUp(peer);
    if (!down) {
      onUp();
    }
  }

  /** Ends a connection that never came up at this end. */
  final void abandon() {
    down = true;
    out.clear();
    tellOther(DisconnectReason.GOODBYE, "the peer had closed before the connection was made");
  }

  /** The other end takes no new work. */
  final void peerLeaves() {
    if (down || leaving) {
      return;
    }
    leaving = true;
    shut();
    if (!closing) {
      onLeaving();
    }
  }

  /** The other end sends nothing new: what it has queued is the last of it. */
  final void otherHasStopped() {
    otherStopped = true;
    moreToTake = true; // its word of that may be behind this one
    read();
  }

  /** {@return whether all was taken that the other end had, after it was asked to stop} */
  final boolean isQuiet() {
    return quiet;
  }

  /** Takes no more, and ends when the other end took what is queued, or the time is up. */
  final void closeWithin(Duration linger) {
    beginClosing();
    if (!down && closeTimer == null) {
      closeTimer =
          port.timekeeper().schedule(linger.toNanos(), () -> port.loop().post(this::endHere));
    }
  }

  /** Takes no more, and ends when the other end took what is queued. */
  final void beginClosing() {
    if (down || closing) {
      return;
    }
    closing = true;
    shut();
    if (farewell != null || out.isEmptyOrWatched(isDeliveryWaitedFor())) {
      endHere();
    }
  }

  private void emptied() {
    if (closing) {
      endHere();
    }
  }

  private void shut() {
    out.shut();
    onShut();
  }

  /** Ends at once, as this side wants it. */
  final void endHere() {
    close(DisconnectReason.LOCAL, "closed on this side", DisconnectReason.GOODBYE);
  }

  /** Ends at once and tells the other end. */
  final void close(DisconnectReason reason, String detail, DisconnectReason reasonForOther) {
    if (down) {
      return;
    }
    boolean goodbye = reasonForOther == DisconnectReason.GOODBYE;
    tellOther(reasonForOther, goodbye ? "the peer said goodbye" : "closed by the peer: " + detail);
    end(reason, detail);
  }

  private void tellOther(DisconnectReason reason, String detail) {
    End told = other();
    told.port.loop().post(() -> told.otherEnded(new Farewell(reason, detail)));
  }

  /** The other end is gone; what came from it is delivered first. */
  private void otherEnded(Farewell last) {
    if (down) {
      return;
    }
    shut();
    if (closing) {
      endHere();
    } else if (inbox.isEmpty()) {
      end(last.reason, last.detail);
    } else {
      farewell = last;
    }
  }

  private void end(DisconnectReason reason, String detail) {
    down = true;
    if (closeTimer != null) {
      closeTimer.cancel();
    }
    countLost();
    port.removed(this);
    try {
      onShut();
      onDown(reason, detail);
      if (!port.isClosed()) {
        port.listener().peerDown(peer, reason, detail);
      }
    } finally {
      if (connector != null) {
        connector.lost();
      }
      port.completeIfClosed();
    }
  }

  private void countLost() {
    Leftover unsent = out.clear();
    int lost = unsent.onlyCopies();
    for (Message message = inbox.poll(); message != null; message = inbox.poll()) {
      lost += message.care == Message.Care.ONLY_COPY ? 1 : 0;
    }
    port.metrics().dropped(port.isClosing() ? Drop.CLOSED : Drop.CONNECTION_LOST, lost);
    if (port.isClosing()) {
      port.unsent(unsent.messages());
    }
  }
}
