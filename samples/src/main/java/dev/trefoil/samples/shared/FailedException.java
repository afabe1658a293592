package dev.trefoil.samples.shared;

/** A command could not do what it was asked to: its message is all that the user sees; exit 1. */
public final class FailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public FailedException(String message) {
    super(message);
  }
}
