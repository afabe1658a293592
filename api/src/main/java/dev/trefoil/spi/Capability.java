package dev.trefoil.spi;

/** What a transport can do beyond carrying messages. A rule of the contract hangs on each. */
public enum Capability {
  /** Pushed messages are acknowledged (W4, W5). */
  AT_LEAST_ONCE,
  /** A reply can say that the handler failed or that there is no room (R6, R7). */
  ERROR_REPLIES,
  /** A request carries its deadline (R2). */
  WIRE_DEADLINES,
  /** The loss of the one peer that has a request is told at once (R4). */
  PEER_LOSS,
  /** The publisher knows the subscriptions and sends nothing else (P4, P6). */
  PUBLISHER_FILTER,
  /** Topic and payload travel apart; without it a subscriber gets topic "" and both in one (P8). */
  TOPIC_FRAMES,
  /** A subscriber learns how many messages it missed (P7). */
  GAP_REPORTS,
  /** {@code Overflow.DROP_OLDEST} for each subscriber (P2). */
  DROP_OLDEST,
  /** {@code Overflow.BLOCK} (P2). */
  BLOCK_PUBLISHER,
  /** {@code Overflow.DISCONNECT} (P2). */
  DISCONNECT_SLOW,
  /** A silent peer is noticed by heartbeats (L3). */
  HEARTBEATS,
  /** A side that drains tells its peers to send it nothing more (L2). */
  GOODBYE,
  /**
   * What a pusher's connection has taken arrives, though the pusher has closed before a puller that
   * pauses has read it (L2).
   */
  ARRIVES_AFTER_CLOSE
}
