package dev.trefoil.benchmarks.contest;

import java.io.IOException;

/** What is sent, and the check of what arrived. */
final class Payloads {
  private Payloads() {}

  /** The same bytes for every contestant, and not all the same: nothing may compress them. */
  static byte[] make(Work work) {
    byte[] payload = new byte[work.size()];
    for (int i = 0; i < payload.length; i++) {
      payload[i] = (byte) (i * 131 + 7);
    }
    return payload;
  }

  /** A figure for messages that arrived broken would be worth nothing. */
  static void check(byte[] arrived, int size) throws IOException {
    if (arrived.length != size
        || (size > 0 && arrived[size - 1] != (byte) ((size - 1) * 131 + 7))) {
      throw new IOException("a message of " + arrived.length + " bytes arrived that nobody sent");
    }
  }
}
