package dev.trefoil.internal;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A message pushed at-least-once that is not acknowledged yet, and to which more has happened, or
 * is to happen, than that. Guarded by the lock of {@link Redelivery}, until it is done.
 */
final class Kept {
  final long number;
  final byte[] body;
  final @Nullable CompletableFuture<Void> future;
  int attempts;
  int returns; // how often it came back unseen
  long sentNanos; // only while the lane has set it aside; no earlier than it was sent
  @Nullable PushLane lane; // where it was sent last
  long sequence; // there
  boolean waiting; // in the line of those to be sent again
  boolean done; // acknowledged or given up
  String why = "";

  Kept(long number, byte[] body, @Nullable CompletableFuture<Void> future) {
    this.number = number;
    this.body = body;
    this.future = future;
  }

  /** Whether that attempt is the last one, and nothing was heard of it yet. */
  boolean isOpen(PushLane on, long as) {
    return lane == on && sequence == as && !done && !waiting;
  }
}
