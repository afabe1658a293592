package dev.trefoil.raw;

import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.FrameType;
import dev.trefoil.raw.wire.Frames;
import dev.trefoil.raw.wire.Hello;
import dev.trefoil.raw.wire.Open;
import dev.trefoil.raw.wire.SpRole;
import java.nio.ByteBuffer;

/** What scripted peers say first. */
final class Handshakes {
  private Handshakes() {}

  /** A v1 puller without heartbeats of its own. */
  static byte[] ofPuller() {
    return of(SpRole.PULL);
  }

  /** A v1 peer without heartbeats of its own. */
  static byte[] of(SpRole role) {
    return of(role, 0);
  }

  /** A v1 peer that asks for a sign of life after so much silence. */
  static byte[] of(SpRole role, int heartbeatMillis) {
    byte[] open = new Open(Open.VERSION, 0, 1 << 20, 0, 0, heartbeatMillis).encode();
    byte[] frame = Frames.encode(FrameType.OPEN, 0, 0, Frames.EMPTY, open);
    return ByteBuffer.allocate(Hello.BYTES + frame.length)
        .putLong(Hello.encode(role, Dialect.V1))
        .put(frame)
        .array();
  }
}
