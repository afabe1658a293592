package dev.trefoil.raw.session;

import dev.trefoil.DisconnectReason;
import dev.trefoil.raw.wire.FrameType;
import dev.trefoil.raw.wire.Frames;

/**
 * Asks a silent peer for a sign of life, and shows one while the peer is not listened to.
 *
 * <p>When a peer that has closed hears anything, its system drops what it could not deliver yet. So
 * a side whose unread input must not be lost ({@link Side#isQuietInPauses}) says once, when it
 * pauses, that nothing more is to be expected of it, and then nothing until it has caught up.
 */
final class Pulse {
  /** Below this much unwritten output a PING is answered; above it the output is sign enough. */
  private static final int QUIET_BYTES = 64 * 1024;

  /** Nothing came for so long while we read: there is nothing left on its way. */
  private static final long CAUGHT_UP_NANOS = 500_000_000L;

  /** Nor is there if we read for so long without a pause, though something comes all the time. */
  private static final long SURELY_CAUGHT_UP_NANOS = 10_000_000_000L;

  private static final byte[] PAUSED = {Frames.PAUSED};

  private final Session session;
  private final SessionOwner owner;
  private final Heartbeat heartbeat;
  private final long interval;
  private long shownAt;

  /** Whether we say nothing, since there was a pause and what came before it may be unread. */
  private boolean behind;

  private long resumedAt;

  /** Whether the peer has said so. */
  private boolean peerIsBehind;

  Pulse(Session session, SessionConfig config, SessionOwner owner, boolean dialed) {
    this.session = session;
    this.owner = owner;
    this.interval = config.heartbeatNanos();
    this.heartbeat = new Heartbeat(interval, config.heartbeatMisses(), dialed);
  }

  /** Something came, or was not listened for. */
  void heard(long now) {
    heartbeat.heard(now);
    shownAt = now;
  }

  /** What comes is read again after a pause. */
  void resumes(long now) {
    heard(now);
    resumedAt = now;
  }

  /** The peer has told after how much silence it asks; 0: never. */
  void peerAsksAfter(long nanos) {
    heartbeat.peerAsksAfter(nanos);
  }

  /** A PING came. */
  void asked() {
    peerIsBehind = false;
    if (!behind) {
      session.control(FrameType.PONG, QUIET_BYTES, Frames.EMPTY, Frames.EMPTY);
    }
  }

  /** A PONG came. */
  void answered(byte[] body) {
    peerIsBehind =
        body.length == 1 && body[0] == Frames.PAUSED && session.side().outputMustArrive();
  }

  /** What comes is not read from now on, for a while. */
  void pauses() {
    if (!behind && session.side().isQuietInPauses()) {
      behind = true;
      tellWhoAsks(PAUSED);
    }
  }

  private void tellWhoAsks(byte[] body) {
    if (heartbeat.peerAsks()) {
      session.control(FrameType.PONG, 0, Frames.EMPTY, body);
    }
  }

  /** Does what is due; {@return when to look again, or Long.MAX_VALUE for never}. */
  long tick(long now, boolean paused) {
    if (paused) {
      return behind ? Long.MAX_VALUE : showLife(now);
    }
    if (behind) {
      long left =
          Math.min(
              CAUGHT_UP_NANOS - heartbeat.silence(now), SURELY_CAUGHT_UP_NANOS - (now - resumedAt));
      if (left > 0) {
        return now + left;
      }
      behind = false;
      tellWhoAsks(Frames.EMPTY);
    }
    return interval == 0 ? Long.MAX_VALUE : listen(now);
  }

  /** What the peer asks is not read during a pause: it is answered unasked. */
  private long showLife(long now) {
    long pause = heartbeat.pausedInterval();
    if (pause == 0) {
      return Long.MAX_VALUE;
    }
    if (now - shownAt - pause < 0) {
      return shownAt + pause;
    }
    shownAt = now;
    session.control(FrameType.PONG, QUIET_BYTES, Frames.EMPTY, Frames.EMPTY);
    return now + pause;
  }

  private long listen(long now) {
    if (peerIsBehind) {
      return now + interval;
    }
    Heartbeat.Verdict verdict = heartbeat.look(now);
    if (verdict == Heartbeat.Verdict.ASK_AGAIN || verdict == Heartbeat.Verdict.LOST) {
      owner.heartbeatMissed();
    }
    if (verdict == Heartbeat.Verdict.LOST) {
      long millis = heartbeat.silence(now) / 1_000_000;
      session.link().close(DisconnectReason.HEARTBEAT, "nothing came for " + millis + " ms");
      return Long.MAX_VALUE;
    }
    if (verdict != Heartbeat.Verdict.WAIT
        && !session.control(FrameType.PING, QUIET_BYTES, Frames.EMPTY, Frames.EMPTY)) {
      // Whether it takes what waits to be written is judged by the stall timeout.
      heartbeat.couldNotAsk();
      return now + interval;
    }
    return heartbeat.nextLook(now);
  }
}
