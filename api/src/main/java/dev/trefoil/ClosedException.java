package dev.trefoil;

/** The role or its {@link Messaging} was closed or is draining: open a new one. */
public final class ClosedException extends TrefoilException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes one.
   *
   * @param message what happened, where, and what to do
   */
  public ClosedException(String message) {
    super(message);
  }
}
