package dev.trefoil.spi;

import dev.trefoil.Peer;

/** A replier's side: hears requests, sends each reply to whoever asked. */
public interface ReplyPort extends Port {
  /** Goes on reading after {@link Listener#request} returned false. Never blocks. */
  void resume();

  /**
   * A request that was received. It is answered once, by {@link #reply} or {@link #fail}, from any
   * thread; more answers, and those to a peer that is gone, are dropped and counted.
   */
  interface Incoming {
    /** {@return who asked} */
    Peer peer();

    /** {@return the payload} */
    byte[] body();

    /** {@return the deadline on the context's clock, or Long.MAX_VALUE if the wire had none} */
    long deadlineNanos();

    /** {@return whether {@link #fail} reaches the peer; otherwise it drops the request} */
    boolean canFail();

    /** Answers. Never blocks; counts a drop if the peer has left no room for its replies. */
    void reply(byte[] body);

    /** Says that there will be no reply; {@code message} is shown to the peer's user. */
    void fail(Failure failure, String message);
  }

  /** Called by I/O threads. */
  interface Listener extends Port.Listener {
    /**
     * A request came; the listener has it, whatever it returns.
     *
     * @return false to pause: read nothing more from this peer until {@link ReplyPort#resume}
     */
    boolean request(Incoming request);

    /** What the wire had to give for now was delivered: a good moment to wake whoever waits. */
    void batchEnd();
  }
}
