package dev.trefoil;

/** The endpoint's transport lacks something that the role's options ask for. */
public final class NotSupportedException extends TrefoilException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes one.
   *
   * @param message what happened, where, and what to do
   */
  public NotSupportedException(String message) {
    super(message);
  }
}
