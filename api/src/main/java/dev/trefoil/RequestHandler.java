package dev.trefoil;

/**
 * Answers what a {@link Replier} is asked.
 *
 * <p>Runs on the handler executor, at most {@code handlerConcurrency} calls at a time for each
 * role; see {@link Execution}. An exception reaches the caller as {@link RemoteException} where the
 * wire can carry it.
 *
 * @param <Q> the type of requests
 * @param <R> the type of replies
 */
@FunctionalInterface
public interface RequestHandler<Q, R> {
  /**
   * Answers one request.
   *
   * @param request what was asked
   * @return the reply
   * @throws Exception to say that it failed
   */
  R handle(Q request) throws Exception;
}
