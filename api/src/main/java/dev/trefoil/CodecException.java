package dev.trefoil;

/** A codec could not turn a value into bytes, or bytes into a value. */
public final class CodecException extends TrefoilException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes one.
   *
   * @param message which codec failed at what
   * @param cause what the codec threw
   */
  public CodecException(String message, Throwable cause) {
    super(message, cause);
  }
}
