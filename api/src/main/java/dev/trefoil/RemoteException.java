package dev.trefoil;

/**
 * The replier's handler failed: the message is what its exception said, without a stack trace of
 * the other side.
 */
public final class RemoteException extends TrefoilException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes one.
   *
   * @param message what the other side said
   */
  public RemoteException(String message) {
    super(message);
  }
}
