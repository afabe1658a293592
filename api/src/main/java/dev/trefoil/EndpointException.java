package dev.trefoil;

/** A text is not a usable endpoint: malformed, or its scheme has no transport. */
public final class EndpointException extends TrefoilException {
  private static final long serialVersionUID = 1L;

  private final String endpoint;

  /**
   * Makes one.
   *
   * @param endpoint the text as it was given
   * @param problem what is wrong with it
   */
  public EndpointException(String endpoint, String problem) {
    super("not a usable endpoint: '" + endpoint + "': " + problem);
    this.endpoint = endpoint;
  }

  /**
   * The text that was refused.
   *
   * @return as it was given
   */
  public String endpoint() {
    return endpoint;
  }
}
