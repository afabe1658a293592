package dev.trefoil.benchmarks.harness;

/** A trial that gave no figures. The message says which side failed, and how. */
final class TrialException extends Exception {
  private static final long serialVersionUID = 1L;

  /** It stands in a table and on a terminal, and may quote what a process said. */
  private static final int LONGEST = 500;

  TrialException(String message) {
    super(message.substring(0, Math.min(message.length(), LONGEST)).replaceAll("\\p{Cntrl}", " "));
  }
}
