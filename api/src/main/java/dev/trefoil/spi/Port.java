package dev.trefoil.spi;

import dev.trefoil.BindFailedException;
import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.Peer;
import dev.trefoil.RejectReason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the six ports have in common: where they listen and connect to, and how they end.
 *
 * <p>Any thread may call any method at any time. After {@link #close} every method is a no-op.
 */
public interface Port {
  /**
   * Listens. May block while a name is resolved.
   *
   * @param endpoint of one of the transport's schemes; port 0 picks one
   * @return the endpoint with the port it got
   * @throws BindFailedException saying why; nothing is left open
   */
  Endpoint bind(Endpoint endpoint);

  /**
   * Connects and stays connected, in the background, with backoff (E4). Returns at once.
   *
   * @param endpoint of one of the transport's schemes
   */
  void connect(Endpoint endpoint);

  /**
   * Stops listening; the connections accepted there are closed.
   *
   * @param endpoint as {@link #bind} returned it
   * @return false if it was not bound
   */
  boolean unbind(Endpoint endpoint);

  /**
   * Closes the connection to an endpoint and stops trying.
   *
   * @param endpoint as {@link #connect} was given it
   * @return false if it was not connected to
   */
  boolean disconnect(Endpoint endpoint);

  /** {@return how many messages were accepted from above and not yet handed to the network} */
  int queued();

  /** Takes no new peers and tells the ones there are to send nothing new; the rest goes on. */
  void quiesce();

  /**
   * After {@link #quiesce}: whether nothing new can come any more, since each peer has sent what it
   * had on its way when it was told. A peer whose wire cannot say so counts as one that has.
   */
  default boolean isQuiet() {
    return true;
  }

  /**
   * Sends what is queued, says goodbye, and closes everything. Idempotent; blocks at most for the
   * linger and a little more; no listener is called after it returned.
   *
   * @param linger how long to go on sending
   * @return how many messages were left unsent
   */
  int close(Duration linger);

  /**
   * What a thread may do while it waits for something to come in by this port.
   *
   * @return where the port's I/O is done, or null if the port does not lend that out
   */
  default @Nullable Helm helm() {
    return null;
  }

  /** How a port tells of its peers. Called by I/O threads, in order for each peer. */
  interface Listener {
    /** A peer finished its handshake. Comes before anything else about that peer. */
    void peerUp(Peer peer);

    /**
     * A peer is gone. Comes after everything else about that peer, but for messages that it sent
     * before and that a listener which asked for a pause has yet to take.
     */
    void peerDown(Peer peer, DisconnectReason reason, String detail);

    /** Somebody was turned away before becoming a peer; {@code detail} says what it offered. */
    void rejected(Endpoint endpoint, String address, RejectReason reason, String detail);

    /** An attempt to connect failed and is tried again; {@code why} is for people. */
    void connectFailed(Endpoint endpoint, String why);

    /** {@link Port#isQuiet} may have become true, after all that came before was handed on. */
    default void quiet() {}
  }
}
