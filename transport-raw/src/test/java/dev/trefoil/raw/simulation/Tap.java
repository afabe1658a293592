package dev.trefoil.raw.simulation;

import dev.trefoil.raw.session.SessionConfig;
import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.FrameType;
import dev.trefoil.raw.wire.Framer;
import dev.trefoil.raw.wire.Hello;
import dev.trefoil.raw.wire.Open;
import dev.trefoil.raw.wire.ProtocolException;
import dev.trefoil.raw.wire.Rejection;
import dev.trefoil.raw.wire.SpRole;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Listens in on one end of a connection and holds it to the rules of the wire: requests are
 * answered once, no more is pushed than there is credit for, numbers rise, acknowledgements are of
 * what came.
 */
final class Tap {
  private static final int MAX_BODY = 1 << 24;

  private final World world;
  private final long number;
  private final SpRole role;
  private final Direction out = new Direction(true);
  private final Direction in = new Direction(false);

  private final Map<Integer, String> waiting = new HashMap<>();
  private final Map<Integer, Integer> asked = new HashMap<>();
  private final Set<Long> held = new HashSet<>();
  private final Set<Long> everPushed;
  private long sequence;
  private long lastNumber;
  private int credit;
  private boolean peerPauses;

  Tap(World world, long number, SessionConfig config, Set<Long> everPushed) {
    this.world = world;
    this.number = number;
    this.role = config.role();
    this.everPushed = everPushed;
  }

  void sent(byte[] bytes) {
    out.take(ByteBuffer.wrap(bytes));
  }

  void received(ByteBuffer bytes) {
    peerPauses &= !bytes.hasRemaining();
    in.take(bytes);
  }

  /** {@return whether the last that came is that the peer does not read for now} */
  boolean peerPauses() {
    return peerPauses;
  }

  /** {@return the requests that were written here, and no answer came} */
  Collection<String> waiting() {
    return waiting.values();
  }

  /** {@return how many requests came and were not answered} */
  int unanswered() {
    return asked.values().stream().mapToInt(Integer::intValue).sum();
  }

  private final class Direction implements Framer.Handler {
    private final boolean leaving;
    private final Hello hello = new Hello();
    private Framer framer;
    private Dialect dialect;

    Direction(boolean leaving) {
      this.leaving = leaving;
    }

    void take(ByteBuffer bytes) {
      try {
        if (framer == null) {
          if (!hello.read(bytes)) {
            return;
          }
          dialect = SpRole.dialectOf(hello.type());
          framer = new Framer(dialect, MAX_BODY);
        }
        framer.feed(bytes, this);
      } catch (Rejection e) {
        throw broken("a hello is wrong: " + e.detail());
      } catch (ProtocolException e) {
        throw broken("a frame is wrong: " + e.detail());
      }
    }

    @Override
    public boolean frame(int type, long wide, int narrow, byte[] head, byte[] body)
        throws ProtocolException {
      if (dialect == Dialect.V0) {
        if (leaving && (role == SpRole.SUB || role == SpRole.PULL)) {
          throw broken(role + " writes after its hello in v0");
        }
        return true;
      }
      if (!leaving) {
        peerPauses = type == FrameType.PONG && body.length > 0;
      }
      switch (role) {
        case REQ -> requester(type, wide, narrow, body);
        case REP -> replier(type, wide, narrow);
        case PUSH -> pusher(type, wide, narrow, body);
        case PULL -> puller(type, body);
        default -> {
          // Nothing is counted on these.
        }
      }
      return true;
    }

    private void requester(int type, long wide, int narrow, byte[] body) {
      if (leaving && type == FrameType.REQUEST) {
        waiting.put((int) (wide >>> 32), new String(body, StandardCharsets.UTF_8));
      } else if (!leaving && (type == FrameType.REPLY || type == FrameType.ERROR)) {
        waiting.remove(narrow);
      }
    }

    private void replier(int type, long wide, int narrow) {
      if (!leaving && type == FrameType.REQUEST) {
        asked.merge((int) (wide >>> 32), 1, Integer::sum);
      } else if (leaving && (type == FrameType.REPLY || type == FrameType.ERROR)) {
        Integer open = asked.get(narrow);
        if (open == null) {
          throw broken("request " + narrow + " is answered more often than it was asked");
        }
        if (open == 1) {
          asked.remove(narrow);
        } else {
          asked.put(narrow, open - 1);
        }
      }
    }

    private void pusher(int type, long wide, int attempt, byte[] body) throws ProtocolException {
      switch (type) {
        case FrameType.PUSH -> {
          held.add(++sequence);
          checkOrder(wide, attempt);
          checkCredit();
        }
        case FrameType.SKIP -> {
          held.add(++sequence);
          checkCredit();
        }
        case FrameType.OPEN -> credit = leaving ? credit : Open.decode(body).credit();
        case FrameType.CREDIT -> credit = ByteBuffer.wrap(body).getInt();
        default -> settle(type, body);
      }
    }

    /** What a puller refused unseen is pushed again as a first attempt, and is no longer new. */
    private void checkOrder(long name, int attempt) {
      if (attempt == 1 && everPushed.add(name)) {
        if (name <= lastNumber) {
          throw broken("message " + name + " is pushed after " + lastNumber);
        }
        lastNumber = name;
      }
    }

    private void puller(int type, byte[] body) {
      if (!leaving && (type == FrameType.PUSH || type == FrameType.SKIP)) {
        held.add(++sequence);
      } else if (leaving) {
        settle(type, body);
      }
    }

    private void settle(int type, byte[] body) {
      ByteBuffer content = ByteBuffer.wrap(body);
      if (type == FrameType.NACK) {
        settle(content.getLong());
      } else if (type == FrameType.ACK) {
        while (content.hasRemaining()) {
          long last = content.getLong(content.position() + 8);
          for (long done = content.getLong(); done <= last; done++) {
            settle(done);
          }
          content.getLong();
        }
      }
    }

    private void settle(long done) {
      if (!held.remove(done)) {
        throw broken("message " + done + " of " + sequence + " is settled, and was not held");
      }
    }

    private void checkCredit() {
      if (credit > 0 && held.size() > credit) {
        throw broken(held.size() + " messages are out, and the credit is " + credit);
      }
    }
  }

  private World.Broken broken(String what) {
    return world.broken("connection " + number + " of " + role + ": " + what);
  }
}
