package dev.trefoil.spi;

import dev.trefoil.Peer;

/** A subscriber's side: tells publishers what it wants where they listen, filters otherwise. */
public interface SubscribePort extends Port {
  /**
   * Wants messages whose topic starts with these bytes, from every publisher, also after a
   * reconnect. Called once for each topic.
   *
   * @param topic a prefix; empty for everything
   */
  void subscribe(byte[] topic);

  /**
   * Takes {@link #subscribe} back.
   *
   * @param topic as it was subscribed
   */
  void unsubscribe(byte[] topic);

  /** Goes on reading after {@link Listener#message} returned false. Never blocks. */
  void resume();

  /** Called by I/O threads. */
  interface Listener extends Port.Listener {
    /**
     * A message came; the listener has it, whatever it returns.
     *
     * @param from the publisher
     * @param topic empty where the wire does not tell the topic from the payload
     * @param body the payload
     * @param missed how many messages this publisher dropped for us just before this one
     * @return false to pause: read nothing more from this peer until {@link SubscribePort#resume}
     */
    boolean message(Peer from, byte[] topic, byte[] body, long missed);

    /** What the wire had to give for now was delivered: a good moment to wake whoever waits. */
    void batchEnd();
  }
}
