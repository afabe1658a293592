package dev.trefoil.internal;

import dev.trefoil.DeadLetter;
import dev.trefoil.DeadLetterListener;
import dev.trefoil.MessageId;
import dev.trefoil.NotDeliveredException;
import dev.trefoil.Options;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells how messages pushed at-least-once ended. Called without a lock. */
final class Endings {
  private static final Logger LOG = LoggerFactory.getLogger(Endings.class);

  private final PushCore<?> role;
  private final Options options;
  private final long senderId;
  private final Completions completions;

  Endings(PushCore<?> role, long senderId) {
    this.role = role;
    this.options = role.options();
    this.senderId = senderId;
    this.completions = new Completions(role.messaging, options.execution(), () -> null);
  }

  /** The role is closed: what ends now does so at once. */
  void hurry() {
    completions.hurry();
  }

  /** What ended while the lock was held. */
  static class Batch {
    /** Acknowledged, and somebody has a future of it. */
    final List<Kept> done = new ArrayList<>(0);

    /** Given up. */
    final List<Kept> dead = new ArrayList<>(0);

    /** Whether somebody waited for one of them. */
    boolean marks;

    /**
     * Gives a message up. Counted at once: who learns that nothing is left must find it counted.
     */
    void die(Kept message) {
      dead.add(message);
      PushLane lane = message.lane;
      if (lane != null) {
        lane.metrics.dead.increment();
      }
    }

    /** Whether nothing is left unacknowledged. */
    boolean all;
  }

  void tell(Batch batch) {
    batch.done.forEach(message -> completions.run(success(message)));
    tellTheRest(batch);
  }

  /** The same, but whatever the options say the futures end on another thread. */
  void tellElsewhere(Batch batch) {
    batch.done.forEach(message -> completions.hand(success(message)));
    tellTheRest(batch);
  }

  private void tellTheRest(Batch batch) {
    batch.dead.forEach(this::giveUp);
    if (batch.marks || batch.all) {
      role.signalChange();
    }
  }

  private static Runnable success(Kept message) {
    CompletableFuture<Void> future = message.future;
    return () -> {
      if (future != null) {
        future.complete(null);
      }
    };
  }

  private void giveUp(Kept message) {
    MessageId id = new MessageId(senderId, message.number);
    LOG.warn(
        "{}: gave up message {} after {} attempts: {}", role, id, message.attempts, message.why);
    DeadLetterListener listener = options.deadLetters();
    if (listener != null) {
      DeadLetter letter = new DeadLetter(id, message.body, message.attempts, message.why);
      role.event(() -> listener.onDeadLetter(letter));
    }
    String text = "message " + id + " was given up after " + message.attempts + " attempts: ";
    fail(List.of(message), new NotDeliveredException(text + message.why));
  }

  void fail(List<Kept> messages, RuntimeException error) {
    for (Kept message : messages) {
      CompletableFuture<Void> future = message.future;
      if (future != null) {
        completions.run(() -> future.completeExceptionally(error));
      }
    }
  }
}
