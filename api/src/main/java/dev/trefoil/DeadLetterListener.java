package dev.trefoil;

/**
 * Is told of each message that a pusher gave up on. Set it with {@code Options.deadLetters}.
 *
 * <p>Runs on the handler executor, one call at a time for each role. What it throws is logged.
 */
@FunctionalInterface
public interface DeadLetterListener {
  /**
   * A message was given up.
   *
   * @param letter the message and why
   */
  void onDeadLetter(DeadLetter letter);
}
