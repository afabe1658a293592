package dev.trefoil;

/**
 * Works on what a {@link Subscriber} or {@link Puller} receives.
 *
 * <p>Runs on the handler executor, at most {@code handlerConcurrency} calls at a time for each
 * role; see {@link Execution}. An exception is counted and logged; a message pushed at-least-once
 * is then not acknowledged and goes to another puller.
 *
 * @param <T> the type of the values
 */
@FunctionalInterface
public interface Handler<T> {
  /**
   * Works on one message.
   *
   * @param delivery the message
   * @throws Exception to say that it failed
   */
  void handle(Delivery<T> delivery) throws Exception;
}
