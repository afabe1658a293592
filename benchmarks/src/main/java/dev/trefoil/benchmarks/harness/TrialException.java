package dev.trefoil.benchmarks.harness;

/** A trial that gave no figures. The message says which side failed, and how. */
final class TrialException extends Exception {
  private static final long serialVersionUID = 1L;

  TrialException(String message) {
    super(message);
  }
}
