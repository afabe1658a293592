package dev.trefoil.samples.compare.child;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Payloads that can be told from broken ones. The first eight bytes are the time when the message
 * should have been sent, or 0.
 */
final class Payloads {
  private Payloads() {}

  static byte[] plain(int size) {
    byte[] payload = new byte[size];
    for (int i = Long.BYTES; i < size; i++) {
      payload[i] = (byte) (i * 31 + 7);
    }
    return payload;
  }

  static byte[] stamped(byte[] plain, long time) {
    byte[] payload = plain.clone();
    ByteBuffer.wrap(payload).putLong(0, time);
    return payload;
  }

  /** The time in it. */
  static long stamp(byte[] payload) {
    return ByteBuffer.wrap(payload).getLong(0);
  }

  /** A figure for messages that arrived broken would be worth nothing. */
  static void check(byte[] payload, byte[] plain) throws IOException {
    int last = plain.length - 1;
    if (payload.length != plain.length || (last >= Long.BYTES && payload[last] != plain[last])) {
      throw new IOException("a message of " + payload.length + " bytes came that nobody sent");
    }
  }
}
