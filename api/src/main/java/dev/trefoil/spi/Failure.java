package dev.trefoil.spi;

/** Why a request, or a message pushed at-least-once, was not worked on; travels as its code. */
public enum Failure {
  /** The handler threw. */
  HANDLER(1),
  /** No room for it; the handler has not seen it, so it may go elsewhere. */
  OVERLOADED(2),
  /** Its deadline had passed when its turn came; the handler has not seen it. */
  EXPIRED(3),
  /** The other side could not decode the request, or encode the reply. */
  CODEC(4),
  /** The other side is closing; the handler has not seen it, so it may go elsewhere. */
  CLOSING(5),
  /** The reply is larger than the limit. */
  TOO_LARGE(6);

  private static final Failure[] BY_CODE = new Failure[7];

  static {
    for (Failure failure : values()) {
      BY_CODE[failure.code] = failure;
    }
  }

  private final int code;

  Failure(int code) {
    this.code = code;
  }

  /** {@return the number that stands for it on a wire, 1 to 127} */
  public int code() {
    return code;
  }

  /**
   * The failure of a code.
   *
   * @param code from a wire
   * @return the failure; {@link #HANDLER} for a code that is not known, since peers may be newer
   */
  public static Failure of(int code) {
    return code > 0 && code < BY_CODE.length ? BY_CODE[code] : HANDLER;
  }
}
