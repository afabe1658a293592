package dev.trefoil.zmq;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Peer;
import dev.trefoil.spi.Failure;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.PullPort;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import zmq.ZMQ;

/** DEALER on the puller's side of at-least-once: says hello with its credit, then acknowledges. */
final class AcknowledgedPullPort extends ZmqPort implements PullPort {
  private final PullPort.Listener listener;
  private final int credit;

  AcknowledgedPullPort(Shared shared, PortContext context, PullPort.Listener listener) {
    super(shared, context, listener, ZMQ.ZMQ_DEALER);
    this.listener = listener;
    this.credit = context.options().prefetch();
  }

  @Override
  Dialogue dialogue(Connection connection) {
    return new Pusher(connection);
  }

  @Override
  public void resume() {
    resumeAll();
  }

  /**
   * One pusher. The lock guards what is to be told it: at most one answer for each message of its
   * credit, and neighbours travel as one range.
   */
  private final class Pusher extends Dialogue implements Source {
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<byte[][]> answers = new ArrayDeque<>();
    private long firstDone;
    private long lastDone;
    private int unanswered;
    private long sequence;
    private volatile long senderId;

    Pusher(Connection connection) {
      super(connection);
      answers.add(new byte[][] {Mark.number(Mark.HELLO, credit)});
    }

    @Override
    Part part() {
      return Part.PULLER;
    }

    @Override
    void up() {
      connection.outbox().stir();
    }

    @Override
    boolean message(byte[][] frames, int count) {
      byte[] mark = frames[0];
      int kind = Mark.kind(mark);
      if (connection.state() != State.UP) {
        if (kind == Mark.WELCOME) {
          senderId = Mark.first(mark);
          connection.establish();
        } else {
          malformed();
        }
        return true;
      }
      if (kind != Mark.MESSAGE || mark.length != Mark.LONG_SIZE || count != 2) {
        malformed();
        return true;
      }
      return deliver(mark, frames[1]);
    }

    private boolean deliver(byte[] mark, byte[] body) {
      lock.lock();
      try {
        unanswered++;
        if (unanswered > 2 * credit + 1) {
          connection.fail(DisconnectReason.MALFORMED, "it sent more than its credit");
          return true;
        }
      } finally {
        lock.unlock();
      }
      int attempt = (int) Math.max(1, Math.min(Mark.second(mark), Integer.MAX_VALUE));
      return listener.message(this, ++sequence, Mark.first(mark), attempt, body);
    }

    @Override
    void batchEnd() {
      listener.batchEnd();
    }

    @Override
    byte @Nullable [][] urgent() {
      lock.lock();
      try {
        if (!answers.isEmpty()) {
          return answers.poll();
        }
        if (firstDone == 0) {
          return null;
        }
        byte[][] range = {Mark.numbers(Mark.ACKNOWLEDGE, firstDone, lastDone)};
        firstDone = 0;
        return range;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void acknowledge(long done) {
      lock.lock();
      try {
        unanswered--;
        if (firstDone != 0 && done == lastDone + 1) {
          lastDone = done;
          return;
        }
        endRange();
        firstDone = done;
        lastDone = done;
      } finally {
        lock.unlock();
      }
      connection.outbox().stir();
    }

    private void endRange() {
      if (firstDone != 0) {
        answers.add(new byte[][] {Mark.numbers(Mark.ACKNOWLEDGE, firstDone, lastDone)});
        firstDone = 0;
      }
    }

    @Override
    public void refuse(long refused, Failure failure, String message) {
      byte[] words = message.getBytes(StandardCharsets.UTF_8);
      lock.lock();
      try {
        unanswered--;
        answers.add(new byte[][] {Mark.refuse(refused, failure), words});
      } finally {
        lock.unlock();
      }
      connection.outbox().stir();
    }

    @Override
    void down(DisconnectReason reason, String detail) {
      lock.lock();
      try {
        answers.clear();
        firstDone = 0;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public Peer peer() {
      return connection.peer();
    }

    @Override
    public long senderId() {
      return senderId;
    }
  }
}
