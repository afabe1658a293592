package dev.trefoil.spi;

import dev.trefoil.Peer;

/** A puller's side: hears messages, acknowledges those that ask for it. */
public interface PullPort extends Port {
  /** Goes on reading after {@link Listener#message} returned false. Never blocks. */
  void resume();

  /** One pusher's connection. Any thread may call it, also after the peer is gone: a no-op then. */
  interface Source {
    /** {@return who pushes} */
    Peer peer();

    /** {@return the pusher's number, as its {@link PortContext#senderId()} told, or 0} */
    long senderId();

    /**
     * Acknowledges a message. May be kept back for a moment to travel with others.
     *
     * @param sequence the message's
     */
    void acknowledge(long sequence);

    /**
     * Says that a message will not be done here.
     *
     * @param sequence the message's
     * @param failure why
     * @param message in words
     */
    void refuse(long sequence, Failure failure, String message);
  }

  /** Called by I/O threads. */
  interface Listener extends Port.Listener {
    /**
     * A message came that wants no acknowledgement; the listener has it, whatever it returns.
     *
     * @return false to pause: read nothing more from this peer until {@link PullPort#resume}
     */
    boolean message(Source from, byte[] body);

    /**
     * A message came that is to be acknowledged; otherwise the same.
     *
     * @param sequence counted on this connection, from 1
     * @param number names the message, together with {@link Source#senderId()}
     * @param attempt from 1
     */
    boolean message(Source from, long sequence, long number, int attempt, byte[] body);

    /**
     * {@return how many messages it takes by one call of {@code messages} at most; 1 if it does not
     * want that}
     */
    default int batchLimit() {
      return 1;
    }

    /**
     * Several messages came together that want no acknowledgement: as if {@link #message} were
     * called with each, for less. Called only if {@link #batchLimit} is more than 1.
     *
     * @param bodies arrays of bytes; the listener may keep the array that they are in, and put
     *     something else there in their place
     * @param count how many there are, from index 0
     * @param bytes their lengths together
     * @return false to pause
     */
    default boolean messages(Source from, Object[] bodies, int count, long bytes) {
      throw new UnsupportedOperationException("the limit of a batch is 1");
    }

    /**
     * Several messages came together that are to be acknowledged; otherwise the same.
     *
     * @param first the sequence of the first; the others follow one by one
     * @param numbers of each, as for one message; the wire's, and at least as long as there are
     *     messages
     * @param attempts of each, in the same way
     */
    default boolean messages(
        Source from,
        long first,
        long[] numbers,
        int[] attempts,
        Object[] bodies,
        int count,
        long bytes) {
      throw new UnsupportedOperationException("the limit of a batch is 1");
    }

    /** What the wire had to give for now was delivered: a good moment to wake whoever waits. */
    void batchEnd();
  }
}
