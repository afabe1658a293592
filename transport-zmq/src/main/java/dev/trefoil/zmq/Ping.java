package dev.trefoil.zmq;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import zmq.Msg;

/**
 * ZMTP's PING: a sign of life, and Trefoil's goodbye. Whoever gets one answers with a PONG, which
 * the engine does; a PING with the context of a goodbye tells a Trefoil peer besides that it is to
 * send nothing new, and one with that of the last is its answer, behind all that it had to send.
 * Stateless.
 */
final class Ping {
  private static final byte[] GOODBYE = "TRF1 goodbye".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LAST = "TRF1 last".getBytes(StandardCharsets.US_ASCII);
  private static final int CONTEXT_FROM = 7;
  private static final int PONG_BYTES = 5;

  private Ping() {}

  static Msg signOfLife() {
    return ping(Mark.EMPTY);
  }

  static Msg goodbye() {
    return ping(GOODBYE);
  }

  static Msg last() {
    return ping(LAST);
  }

  /** The time to live is zero: no peer takes us for lost because of it. */
  private static Msg ping(byte[] context) {
    Msg ping = new Msg(CONTEXT_FROM + context.length);
    ping.setFlags(Msg.COMMAND);
    ping.putShortString("PING").put((byte) 0).put((byte) 0).put(context);
    return ping;
  }

  private static byte[] context(Part part) {
    return ("TRF1 " + part.word()).getBytes(StandardCharsets.US_ASCII);
  }

  /** Names this side's role. */
  static Msg name(Part part) {
    return ping(context(part));
  }

  /** {@return the role that a command names, or null} */
  static @Nullable Part named(Msg command) {
    for (Part part : Part.values()) {
      if (carries(command, context(part))) {
        return part;
      }
    }
    return null;
  }

  static boolean isPong(Msg command) {
    return command.size() >= PONG_BYTES && command.get(1) == 'P' && command.get(2) == 'O';
  }

  static boolean isGoodbye(Msg command) {
    return carries(command, GOODBYE);
  }

  static boolean isLast(Msg command) {
    return carries(command, LAST);
  }

  private static boolean carries(Msg command, byte[] context) {
    if (command.size() != CONTEXT_FROM + context.length || command.get(1) != 'P') {
      return false;
    }
    for (int i = 0; i < context.length; i++) {
      if (command.get(CONTEXT_FROM + i) != context[i]) {
        return false;
      }
    }
    return command.get(2) == 'I';
  }
}
