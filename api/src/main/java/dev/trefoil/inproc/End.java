package dev.trefoil.inproc;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Peer;
import dev.trefoil.spi.PortMetrics.Drop;
import dev.trefoil.spi.Timekeeper.Timeout;
import dev.trefoil.spi.support.BoundedRing;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection. It owns the queue of what goes out to the other end, whose loop takes
 * from it.
 *
 * <p>{@code lock} guards the queue and the flags beside it. Two ends have two locks: no thread
 * holds both, and nothing is called or posted while one is held. The rest is used by this end's
 * loop only.
 *
 * <p>Nothing is forgotten, since these hold whenever the lock is free:
 *
 * <ul>
 *   <li>A queue that is not empty is {@code announced}: the other end has posted its reading, or
 *       reads, or is paused until it is resumed. Only taking the last message ends it.
 *   <li>{@code wantsRoom} is set under the same lock as the queue was found full, so it is not
 *       empty then and somebody will take from it; whoever takes looks at the flag.
 * </ul>
 */
abstract class End {
  /** How many messages a loop takes from one end before others have their turn. */
  private static final int BATCH = 64;

  /** What became of a message. */
  enum Outcome {
    QUEUED,
    FULL,
    GONE
  }

  private record Farewell(DisconnectReason reason, String detail) {}

  final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock, as are the fields below. */
  final BoundedRing<Message> out;

  /** Takes nothing more: closing, gone, or the other end takes no new work. */
  boolean shut;

  private boolean announced;
  private boolean wantsRoom;
  private int wantedSize;
  private boolean lettingOut;

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
        new BoundedRing<>(port.options().sendQueueMessages(), port.options().sendQueueBytes());
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

  final boolean isAcceptedAt(Object endpoint) {
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

  /** A message is about to be taken from the queue; under the lock. */
  Message taking(Message message) {
    return message;
  }

  // Sending: any thread.

  final Outcome send(Message message) {
    boolean first;
    int size = message.size();
    lock.lock();
    try {
      if (shut) {
        return Outcome.GONE;
      }
      if (!out.offer(message, size)) {
        wantRoom(size);
        return Outcome.FULL;
      }
      first = announce();
    } finally {
      lock.unlock();
    }
    if (first) {
      wakeReader();
    }
    return Outcome.QUEUED;
  }

  /** Under the lock, after there was no room: {@link #onRoom} follows, or {@link #onShut}. */
  final void wantRoom(int size) {
    wantedSize = wantsRoom ? Math.min(wantedSize, size) : size;
    wantsRoom = true;
  }

  /** Under the lock, after queueing. Returns whether to {@link #wakeReader} after unlocking. */
  final boolean announce() {
    boolean first = !announced;
    announced = true;
    return first;
  }

  final void wakeReader() {
    End reader = other();
    reader.port.loop().post(reader.announcement);
  }

  /** {@return how many messages wait here} */
  final int queued() {
    lock.lock();
    try {
      return out.size();
    } finally {
      lock.unlock();
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
        moreToTake = other().handOver(inbox);
      }
      deliverInbox();
      if (!down) {
        port.batchEnd();
      }
    } finally {
      readOn();
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
    if (down || paused) {
      return;
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

  /** Moves messages to the other end's inbox, on its loop. Returns whether there are more. */
  private boolean handOver(ArrayDeque<Message> inbox) {
    boolean more;
    boolean room;
    boolean letOut;
    lock.lock();
    try {
      Message message = out.poll();
      for (int i = 1; message != null; i++) {
        inbox.add(taking(message));
        message = i < BATCH ? out.poll() : null;
      }
      more = !out.isEmpty();
      announced = more;
      room = wantsRoom && !shut && out.hasRoom(wantedSize);
      wantsRoom &= !room;
      letOut = lettingOut && !more;
      lettingOut &= more;
    } finally {
      if (connector != null) {
        connector.lost();
      }
      port.completeIfClosed();
    }
  }

  /** Empties the queues and counts what was in them. */
  private void countLost() {
    int unsent = 0;
    int lost = 0;
    lock.lock();
    try {
      for (Message message = out.poll(); message != null; message = out.poll()) {
        unsent += message.care == Message.Care.CONTROL ? 0 : 1;
        lost += message.care == Message.Care.ONLY_COPY ? 1 : 0;
      }
    } finally {
      lock.unlock();
    }
    for (Message message = inbox.poll(); message != null; message = inbox.poll()) {
      lost += message.care == Message.Care.ONLY_COPY ? 1 : 0;
    }
    port.metrics().dropped(port.isClosing() ? Drop.CLOSED : Drop.CONNECTION_LOST, lost);
    if (port.isClosing()) {
      port.unsent(unsent);
    }
  }
}
