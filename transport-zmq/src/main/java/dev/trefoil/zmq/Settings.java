package dev.trefoil.zmq;

import dev.trefoil.Options;
import dev.trefoil.TrefoilException;
import org.jspecify.annotations.Nullable;
import zmq.Msg;
import zmq.msg.MsgAllocator;

/** Translates a role's options into those of JeroMQ's engines. */
final class Settings {
  /** Bytes for one read or write of the system; JeroMQ's 8 KiB make four times as many calls. */
  private static final int BUFFER_BYTES = 32 * 1024;

  /** A frame of CURVE is longer than what it carries, and a handshake needs some bytes. */
  private static final int OVERHEAD_BYTES = 64;

  private static final int HANDSHAKE_BYTES = 1_024;

  private Settings() {}

  static @Nullable Security security(Options options) {
    Curve curve = options.settings(Curve.class);
    Plain plain = options.settings(Plain.class);
    if (curve != null && plain != null) {
      throw new TrefoilException("a role has either Curve or Plain settings, not both");
    }
    return curve != null ? curve : plain;
  }

  static zmq.Options engine(
      Options options, int socketType, @Nullable Security security, boolean connected) {
    int max = Math.max(options.maxMessageBytes(), HANDSHAKE_BYTES) + OVERHEAD_BYTES;
    zmq.Options engine = new zmq.Options();
    engine.type = socketType;
    engine.recvIdentity = true;
    engine.maxMsgSize = max;
    engine.allocator = new BoundedAllocator(max);
    engine.sndbuf = BUFFER_BYTES;
    engine.rcvbuf = BUFFER_BYTES;
    engine.linger = 0;
    // Deadlines and heartbeats are the port's: JeroMQ's handshake timer ends with the greeting, and
    // its heartbeat loses a peer that is alive and does not read for a while.
    engine.handshakeIvl = 0;
    engine.heartbeatInterval = 0;
    if (security != null) {
      security.configure(engine, connected);
    }
    return engine;
  }

  /**
   * Refuses what JeroMQ's check of the size lets through: an 8-byte length with the top bit set is
   * negative there, so smaller than any limit, and then cut down to any 32 bits that a peer likes.
   */
  record BoundedAllocator(int max) implements MsgAllocator {
    @Override
    public Msg allocate(int size) {
      if (size < 0 || size > max) {
        throw new FrameRefused();
      }
      return new Msg(size);
    }
  }

  /** Thrown by the allocator of frames, and caught by the engine's wall. */
  static final class FrameRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FrameRefused() {
      super("a frame over the limit", null, false, false);
    }
  }
}
