package dev.trefoil;

import dev.trefoil.internal.RoleCore;
import java.time.Duration;
import java.util.List;

/**
 * What the six roles have in common: where they listen and connect to, who is there, how they end.
 *
 * <p>Get one from {@link Messaging}. Any thread may call any method at any time. Close it when it
 * is no longer needed; closing its {@link Messaging} closes it too.
 */
public abstract sealed class Role implements AutoCloseable
    permits Requester, Replier, Publisher, Subscriber, Pusher, Puller {
  private final RoleCore core;

  Role(RoleCore core) {
    this.core = core;
  }

  /**
   * Listens at an endpoint. A role may listen and connect at several, of different transports.
   *
   * @param endpoint such as {@code raw://127.0.0.1:7000}; port 0 picks one
   * @return the endpoint with the port it got, to connect to
   * @throws EndpointException if the endpoint is malformed or its scheme has no transport
   * @throws BindFailedException if it cannot listen there; the message says why
   * @throws NotSupportedException if the transport lacks what the role's options ask for
   * @throws ClosedException if the role is closed
   */
  public Endpoint bind(String endpoint) {
    return core.bind(Endpoint.of(endpoint));
  }

  /**
   * As {@link #bind(String)}.
   *
   * @param endpoint where to listen
   * @return the endpoint with the port it got
   */
  public Endpoint bind(Endpoint endpoint) {
    return core.bind(endpoint);
  }

  /**
   * Connects, and stays connected: returns at once and goes on trying in the background, with
   * pauses that grow. {@link #awaitPeers} waits for it; {@link PeerListener} tells of failed
   * attempts.
   *
   * @param endpoint such as {@code raw://example.org:7000}
   * @throws EndpointException if the endpoint is malformed or its scheme has no transport
   * @throws NotSupportedException if the transport lacks what the role's options ask for
   * @throws ClosedException if the role is closed
   */
  public void connect(String endpoint) {
    core.connect(Endpoint.of(endpoint));
  }

  /**
   * As {@link #connect(String)}.
   *
   * @param endpoint where to connect to
   */
  public void connect(Endpoint endpoint) {
    core.connect(endpoint);
  }

  /**
   * Stops listening at an endpoint. Connections accepted there are closed when what is queued was
   * sent, or the linger is over.
   *
   * @param endpoint as bind returned it
   * @return false if the role does not listen there
   */
  public boolean unbind(Endpoint endpoint) {
    return core.unbind(endpoint);
  }

  /**
   * Stops trying to connect to an endpoint, and closes the connection when what is queued was sent,
   * or the linger is over.
   *
   * @param endpoint as connect was given it
   * @return false if the role was not connected to it
   */
  public boolean disconnect(Endpoint endpoint) {
    return core.disconnect(endpoint);
  }

  /**
   * Waits until there are at least so many peers; for a requester or a pusher, so many that it can
   * send to.
   *
   * @param count how many
   * @param timeout how long to wait
   * @return false if the time was up first
   * @throws InterruptedException if interrupted; the role stays usable
   * @throws ClosedException if the role is closed
   */
  public boolean awaitPeers(int count, Duration timeout) throws InterruptedException {
    return core.awaitPeers(count, timeout);
  }

  /**
   * Who is connected now.
   *
   * @return a copy
   */
  public List<Peer> peers() {
    return core.peers();
  }

  /**
   * Ends the role in order: takes no new work, finishes what is in hand, says goodbye, closes. A
   * replier or puller first takes in what its peers had on their way to it, where the wire has a
   * word for that; a pusher waits until its pullers have read what it sent. Not for handlers: a
   * drain waits for the one that it is called from, until its time is up.
   *
   * @param timeout how long that may take; what is not done by then is dropped
   * @return what was left undone; {@link DrainReport#CLEAN} also if the role was closed or drained
   *     before, or by another thread meanwhile, which then has the report
   * @throws InterruptedException if interrupted; the role is closed all the same
   */
  public DrainReport drain(Duration timeout) throws InterruptedException {
    return core.drain(timeout);
  }

  /**
   * Ends the role now: what is queued to be sent has up to the linger to leave, waiting calls end
   * with {@link ClosedException}. Does not wait for handlers that run; {@link #drain} does.
   * Idempotent, and bounded by the linger and a little more; whoever comes second waits for the
   * first.
   */
  @Override
  public void close() {
    core.close();
  }

  @Override
  public String toString() {
    return core.toString();
  }
}
