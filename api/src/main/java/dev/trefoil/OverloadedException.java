package dev.trefoil;

/** The other side, or the local queue of requests, has no room: try later, or raise a limit. */
public final class OverloadedException extends TrefoilException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes one.
   *
   * @param message what happened, where, and what to do
   */
  public OverloadedException(String message) {
    super(message);
  }
}
