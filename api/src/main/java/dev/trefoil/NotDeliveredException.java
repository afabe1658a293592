package dev.trefoil;

/** A message pushed at-least-once was given up: no puller acknowledged it. */
public final class NotDeliveredException extends TrefoilException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes one.
   *
   * @param message what happened, where, and what to do
   */
  public NotDeliveredException(String message) {
    super(message);
  }
}
