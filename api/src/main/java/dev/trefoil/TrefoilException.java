package dev.trefoil;

import org.jspecify.annotations.Nullable;

/**
 * Something failed: the message says what, at which endpoint, and what to do about it.
 *
 * <p>Each kind of failure is a subclass, so that a program can tell them apart. Outcomes that a
 * program must expect, such as a full queue, are not exceptions but a {@link SendResult}.
 */
public class TrefoilException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes one.
   *
   * @param message what happened, where, and what to do
   */
  public TrefoilException(String message) {
    super(message);
  }

  /**
   * Makes one with a cause.
   *
   * @param message what happened, where, and what to do
   * @param cause what lies below
   */
  public TrefoilException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
