package dev.trefoil.zmq;

import dev.trefoil.Options;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import zmq.Msg;

/**
 * Gives an engine one frame after the other: commands first, then what the dialogue calls urgent,
 * then what waits in the outbox, taken in batches. The connection's loop only.
 */
final class Feed {
  private static final int BATCH_MESSAGES = 128;
  private static final long BATCH_BYTES = 128 * 1024;
  private static final int PART_OF_BOUND = 8;

  private final Outbox outbox;
  private final Dialogue dialogue;
  private final ArrayDeque<Msg> commands = new ArrayDeque<>();
  private final @Nullable Object[] batch;
  private final long batchBytes;
  private int batchAt;
  private int batchCount;
  private byte @Nullable [][] parts;
  private int partAt;
  private boolean roomAgain;
  private boolean first;
  private boolean lastDue;
  private int emptyAsks;
  private int unwritten;
  private volatile int unsent;

  /** Makes one; a batch is a small part of the outbox's bounds, since it comes on top of them. */
  Feed(Outbox outbox, Dialogue dialogue, Options options) {
    this.outbox = outbox;
    this.dialogue = dialogue;
    int messages = Math.max(1, options.sendQueueMessages() / PART_OF_BOUND);
    this.batch = new @Nullable Object[Math.min(messages, BATCH_MESSAGES)];
    this.batchBytes = Math.min(options.sendQueueBytes() / PART_OF_BOUND + 1, BATCH_BYTES);
  }

  /** Queues a command of ZMTP; it goes between two messages. */
  void command(Msg command) {
    commands.add(command);
  }

  /** Has the outbox, which takes nothing any more, be followed by a word that it was the last. */
  void endWithLast() {
    lastDue = true;
    outbox.stir();
  }

  /**
   * How many messages would be lost with the connection: those taken and not given yet, and those
   * that the engine has and may not have written whole. It asks for more only when all but the last
   * few kilobytes of what it had are with the system.
   */
  int left() {
    return batchCount - batchAt + (dialogue.unsentIsLost() ? unwritten : 0);
  }

  /** {@return how many were in the batch in hand, or 0 after the last; any thread} */
  int taken() {
    return unsent;
  }

  /** {@return true once when messages were refused and there is room again} */
  boolean takeRoomAgain() {
    boolean again = roomAgain;
    roomAgain = false;
    return again;
  }

  /** The engine is about to write, and asks for the first frame when it holds nothing. */
  void asking() {
    first = true;
  }

  /**
   * How often in a row the engine asked first of all and got nothing. After the first time it may
   * still hold the end of a large message; after the second everything is written.
   */
  int emptyAsks() {
    return emptyAsks;
  }

  /** {@return the next frame, or null: then the outbox wakes the loop when something comes} */
  @Nullable Msg next() {
    if (first) {
      unwritten = 0;
    }
    Msg next = nextOrNull();
    if (next != null) {
      emptyAsks = 0;
    } else if (first) {
      emptyAsks++;
    }
    first = false;
    return next;
  }

  private @Nullable Msg nextOrNull() {
    byte[][] current = parts;
    if (current != null) {
      return part(current);
    }
    Msg command = commands.poll();
    if (command != null) {
      return command;
    }
    while (true) {
      byte[][] urgent = dialogue.urgent();
      if (urgent != null) {
        partAt = 0;
        return part(urgent);
      }
      if (batchAt < batchCount) {
        return message();
      }
      int taken = outbox.take(batch, batchBytes);
      unsent = Math.max(taken, 0);
      if (taken <= 0 && lastDue) {
        lastDue = false;
        outbox.stir(); // it has to be asked again before it may sleep
        return Ping.last();
      }
      if (taken == 0) {
        return null;
      }
      batchAt = 0;
      batchCount = Math.max(taken, 0);
      roomAgain |= taken > 0 && outbox.takeRoomNews();
    }
  }

  private Msg message() {
    Object message = batch[batchAt];
    batch[batchAt++] = null;
    unwritten++;
    if (message instanceof byte[] single) {
      return new Msg(single);
    }
    if (message instanceof byte[][] several) {
      partAt = 0;
      return part(several);
    }
    throw new IllegalStateException("not a message: " + message);
  }

  private Msg part(byte[][] message) {
    Msg frame = new Msg(message[partAt++]);
    if (partAt < message.length) {
      frame.setFlags(Msg.MORE);
      parts = message;
    } else {
      parts = null;
    }
    return frame;
  }
}
