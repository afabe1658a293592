package dev.trefoil;

import org.jspecify.annotations.Nullable;

/** A role could not listen at an endpoint; nothing was left open. */
public final class BindFailedException extends TrefoilException {
  private static final long serialVersionUID = 1L;

  /** Why it failed. */
  public enum Reason {
    /** Another socket or role listens there. */
    IN_USE("another socket listens there: choose another port, or 0 to have one picked"),
    /** The port is below 1024, or the path is not writable, and this process may not. */
    NEEDS_PRIVILEGE("this process lacks the right to it: choose a port above 1023"),
    /** The address belongs to no interface of this machine. */
    NOT_LOCAL("no interface of this machine has that address: try 127.0.0.1 or *"),
    /** The name does not resolve. */
    UNKNOWN_HOST("the host name is not known"),
    /** The process has no descriptors left. */
    OUT_OF_DESCRIPTORS("the process has no file descriptors left: close some or raise the limit"),
    /** What the transport needs to listen there is missing or wrong, such as a certificate. */
    BAD_CONFIGURATION("what it needs to listen there is missing or wrong"),
    /** Something else: see the cause. */
    OTHER("see the cause");

    private final String advice;

    Reason(String advice) {
      this.advice = advice;
    }
  }

  private final transient Endpoint endpoint;
  private final Reason reason;

  /**
   * Makes one.
   *
   * @param endpoint where it should have listened
   * @param reason why it does not
   * @param detail what the system or the transport said; may be empty
   * @param cause what lies below
   */
  public BindFailedException(
      Endpoint endpoint, Reason reason, String detail, @Nullable Throwable cause) {
    super(
        "cannot bind "
            + endpoint
            + ": "
            + reason.advice
            + (detail.isEmpty() ? "" : " (" + detail + ")"),
        cause);
    this.endpoint = endpoint;
    this.reason = reason;
  }

  /**
   * Where it should have listened.
   *
   * @return the endpoint that bind was called with
   */
  public Endpoint endpoint() {
    return endpoint;
  }

  /**
   * Why it failed.
   *
   * @return the reason
   */
  public Reason reason() {
    return reason;
  }
}
