package dev.trefoil.zmq;

import java.nio.channels.SocketChannel;
import zmq.Options;
import zmq.io.StreamEngine;

/**
 * JeroMQ's engine for one TCP connection, with a wall around it: whatever a peer's bytes make it
 * throw ends that connection and nothing else. Without the wall the exception leaves the engine
 * half way and its thread spins, or an Error ends the thread and every connection on it.
 *
 * <p>Only its connection's loop calls it.
 */
final class SafeEngine extends StreamEngine {
  /** JeroMQ's number for "the peer's time to live is over". */
  private static final int PEER_TTL_TIMER = 0x80;

  private final Connection connection;

  SafeEngine(SocketChannel channel, Options options, String endpoint, Connection connection) {
    super(channel, options, endpoint);
    this.connection = connection;
  }

  @Override
  public void inEvent() {
    guarded(super::inEvent, true);
  }

  @Override
  public void outEvent() {
    connection.writing();
    guarded(super::outEvent, false);
  }

  @Override
  public void restartInput() {
    guarded(super::restartInput, true);
  }

  @Override
  public void timerEvent(int id) {
    if (id == PEER_TTL_TIMER && connection.paused()) {
      return;
    }
    guarded(() -> super.timerEvent(id), false);
  }

  private void guarded(Runnable work, boolean reading) {
    boolean outermost = connection.enter(reading);
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      connection.threw(e);
    } finally {
      connection.leave(outermost);
    }
  }
}
