package dev.trefoil.internal;

import dev.trefoil.OverloadedException;
import dev.trefoil.TimedOutException;
import dev.trefoil.internal.Pending.Result;
import dev.trefoil.internal.Timings.Outcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How requests fail, in plain words. */
final class RequestErrors {
  private RequestErrors() {}

  static Result timedOut(RoleCore role, Pending pending) {
    Duration waited = Duration.ofNanos(pending.deadlineNanos - pending.startNanos);
    int attempts = pending.attempts();
    String text =
        "no reply within "
            + Words.seconds(waited)
            + " from "
            + role.where()
            + ": "
            + pending.history()
            + ", "
            + role.situation();
    return new Result(
        null, new TimedOutException(text, waited, attempts, role.peerSeen()), Outcome.TIMEOUT);
  }

  static Result noRoom(RoleCore role, int waiting) {
    String text =
        "no room for a request at "
            + role.where()
            + ": "
            + waiting
            + " wait already, and "
            + role.situation();
    return new Result(null, new OverloadedException(text), Outcome.OVERLOADED);
  }

  /** {@return the body of the reply}; throws what the request ended with otherwise. */
  static byte[] body(@Nullable Result result) {
    RuntimeException error = result == null ? null : result.error();
    if (error != null) {
      throw error;
    }
    byte[] body = result == null ? null : result.body();
    if (body == null) {
      throw new IllegalStateException("a request ended without reply and without error");
    }
    return body;
  }

  static long nanos(Duration timeout) {
    return Math.min(Check.positive(timeout, "timeout").toNanos(), Long.MAX_VALUE / 4);
  }
}
