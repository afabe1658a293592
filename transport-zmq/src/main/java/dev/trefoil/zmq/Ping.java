package dev.trefoil.zmq;

import java.nio.charset.StandardCharsets;
import zmq.Msg;

/**
 * ZMTP's PING: a sign of life, and Trefoil's goodbye. Whoever gets one answers with a PONG, which
 * the engine does; a PING with the context of a goodbye tells a Trefoil peer besides that it is to
 * send nothing new. Stateless.
 */
final class Ping {
  private static final byte[] GOODBYE = "TRF1 goodbye".getBytes(StandardCharsets.US_ASCII);
  private static final int CONTEXT_FROM = 7;

  private Ping() {}

  static Msg signOfLife() {
    return ping(Mark.EMPTY);
  }

  static Msg goodbye() {
    return ping(GOODBYE);
  }

  /** The time to live is zero: no peer takes us for lost because of it. */
  private static Msg ping(byte[] context) {
    Msg ping = new Msg(CONTEXT_FROM + context.length);
    ping.setFlags(Msg.COMMAND);
    ping.putShortString("PING").put((byte) 0).put((byte) 0).put(context);
    return ping;
  }

  static boolean isGoodbye(Msg command) {
    if (command.size() != CONTEXT_FROM + GOODBYE.length || command.get(1) != 'P') {
      return false;
    }
    for (int i = 0; i < GOODBYE.length; i++) {
      if (command.get(CONTEXT_FROM + i) != GOODBYE[i]) {
        return false;
      }
    }
    return command.get(2) == 'I';
  }
}
