package dev.trefoil.zmq;

import dev.trefoil.Peer;
import dev.trefoil.spi.Failure;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.PortMetrics.Drop;
import dev.trefoil.spi.ReplyPort;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import zmq.ZMQ;

/**
 * ROUTER: the envelope, which is everything up to and including the first empty frame, then the
 * body; the answer has the same envelope, whoever put it there.
 */
final class ZmqReplyPort extends ZmqPort implements ReplyPort {
  private final ReplyPort.Listener listener;

  ZmqReplyPort(Shared shared, PortContext context, ReplyPort.Listener listener) {
    super(shared, context, listener, ZMQ.ZMQ_ROUTER);
    this.listener = listener;
  }

  @Override
  Dialogue dialogue(Connection connection) {
    return new Requester(connection);
  }

  @Override
  public void resume() {
    resumeAll();
  }

  private static int delimiter(byte[][] frames, int count) {
    for (int i = 0; i < count; i++) {
      if (frames[i].length == 0) {
        return i;
      }
    }
    return count;
  }

  private final class Requester extends Dialogue {
    Requester(Connection connection) {
      super(connection);
    }

    @Override
    Part part() {
      return Part.REPLIER;
    }

    @Override
    boolean message(byte[][] frames, int count) {
      int delimiter = delimiter(frames, count);
      if (delimiter + 1 >= count) {
        malformed();
        return true;
      }
      if (delimiter + 2 < count) {
        multipart();
        return true;
      }
      byte[][] envelope = Arrays.copyOf(frames, delimiter + 1);
      boolean marked = delimiter > 0 && Mark.kind(frames[delimiter - 1]) == Mark.REQUEST;
      long deadline = Long.MAX_VALUE;
      if (marked) {
        long remaining = Mark.remainingNanos(frames[delimiter - 1]);
        deadline = remaining == Long.MAX_VALUE ? Long.MAX_VALUE : nanoTime() + remaining;
      }
      return listener.request(new Asked(connection, envelope, frames[count - 1], marked, deadline));
    }

    @Override
    void batchEnd() {
      listener.batchEnd();
    }
  }

  /** One request; any thread answers it. */
  private final class Asked extends AtomicBoolean implements Incoming {
    private static final long serialVersionUID = 1L;

    private final transient Connection connection;
    private final transient byte[][] envelope;
    private final transient byte[] body;
    private final boolean marked;
    private final long deadline;

    Asked(Connection connection, byte[][] envelope, byte[] body, boolean marked, long deadline) {
      this.connection = connection;
      this.envelope = envelope;
      this.body = body;
      this.marked = marked;
      this.deadline = deadline;
    }

    @Override
    public Peer peer() {
      return connection.peer();
    }

    @Override
    public byte[] body() {
      return body;
    }

    @Override
    public long deadlineNanos() {
      return deadline;
    }

    @Override
    public boolean canFail() {
      return marked;
    }

    @Override
    public void reply(byte[] answer) {
      send(answer);
    }

    @Override
    public void fail(Failure failure, String message) {
      if (!marked) {
        return;
      }
      int at = envelope.length - 2;
      envelope[at] = Mark.failure(envelope[at], failure);
      send(message.getBytes(StandardCharsets.UTF_8));
    }

    private void send(byte[] answer) {
      if (getAndSet(true)) {
        context().metrics().dropped(Drop.NO_PEER, 1);
        return;
      }
      byte[][] message = Arrays.copyOf(envelope, envelope.length + 1);
      message[envelope.length] = answer;
      if (!connection.outbox().offer(message, answer.length)) {
        boolean up = connection.state() == State.UP;
        context().metrics().dropped(up ? Drop.REPLY_QUEUE_FULL : Drop.NO_PEER, 1);
      }
    }
  }
}
