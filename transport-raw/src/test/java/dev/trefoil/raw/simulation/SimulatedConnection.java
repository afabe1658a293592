package dev.trefoil.raw.simulation;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.raw.session.Link;
import dev.trefoil.raw.session.Outlet;
import dev.trefoil.raw.session.Session;
import dev.trefoil.raw.wire.Dialect;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * One end of a simulated connection: plays the part of the engine around a real session. Bytes
 * leave in pieces of any size, take their time, and are read in pieces of any size; a window bounds
 * what is on its way and unread.
 */
final class SimulatedConnection implements Link {
  private static final long FAREWELL = 200 * World.MILLISECOND;
  private static final long GIVING_UP = 3 * World.SECOND;
  private static final int CONTROL_BYTES = 128 * 1024;

  final long number;
  final Session session;
  final SimulatedPort port;
  final SimulatedDialer dialer;

  private final World world;
  private final SimulatedNetwork network;
  private final Outlet outlet;
  private final int window;
  private final ByteBuffer piece;
  private final Tap tap;
  private SimulatedConnection peer;

  // Coming in.
  private final Unread unread = new Unread();
  private final Cable cable;
  private boolean endOfInput;
  private boolean readDue;
  private boolean paused;
  private boolean discarding;

  // Going out.
  private boolean writeDue;
  private boolean blocked;
  private boolean frozen;

  private boolean finishing;
  private boolean outputShut;
  private boolean closed;
  private boolean ended;
  private long finishBy = Long.MAX_VALUE;
  private final Alarm alarm;

  SimulatedConnection(
      SimulatedNetwork network,
      SimulatedPort port,
      SimulatedDialer dialer,
      Dialect dialed,
      Endpoint endpoint,
      long number) {
    this.network = network;
    this.world = network.world();
    this.port = port;
    this.dialer = dialer;
    this.number = number;
    String address = "simulated:" + number;
    this.session = new Session(port.config(), port, dialed, endpoint, address, this);
    this.outlet = session.outlet();
    this.window = network.window();
    this.piece = ByteBuffer.allocate(window);
    this.alarm = new Alarm(world, this::tickNow);
    this.cable = new Cable(network);
    this.tap = new Tap(world, number, port.config(), port.everPushed());
  }

  void join(SimulatedConnection other) {
    peer = other;
  }

  SimulatedConnection peer() {
    return peer;
  }

  Tap tap() {
    return tap;
  }

  void start() {
    if (!ended) {
      session.start(world.nanoTime());
      scheduleTick(session.tick(world.nanoTime()));
    }
  }

  // Writing.

  @Override
  public boolean queued(boolean hurry) {
    if (closed || ended) {
      return false;
    }
    checkBounds();
    touch();
    return false;
  }

  @Override
  public boolean gathered(boolean enough) {
    return queued(enough);
  }

  private void checkBounds() {
    int messages = outlet.queue().messages();
    int most = Math.max(1, port.config().queueMessages());
    long bytes = outlet.queue().bytes();
    if (messages > most || (messages > 1 && bytes > port.config().queueBytes() + CONTROL_BYTES)) {
      throw world.broken(
          "connection " + number + " queues " + messages + " messages, " + bytes + " bytes");
    }
  }

  /** Has it written soon, and closed if that was asked. */
  private void touch() {
    world.touch(number, this::scheduleWrite);
  }

  private void scheduleWrite() {
    if (!writeDue && !ended) {
      writeDue = true;
      world.within(0, network.writeDelay(), this::write);
    }
  }

  @Override
  public void flush() {
    throw world.broken("flush() without a call for it");
  }

  private void write() {
    writeDue = false;
    if (ended || frozen || closed) {
      return;
    }
    boolean empty = writePieces();
    outlet.lock();
    boolean announce;
    try {
      announce = outlet.roomToAnnounce();
    } finally {
      outlet.unlock();
    }
    if (announce) {
      world.within(
          0,
          network.writeDelay(),
          () -> {
            if (!ended) {
              session.roomAgain();
            }
          });
    }
    if (empty && finishing) {
      shutDownOutput();
    }
  }

  /** {@return whether all is written} */
  private boolean writePieces() {
    outlet.lock();
    try {
      session.beforeFill();
      while (!outlet.queue().isEmpty()) {
        int room = window - peer.cable.onTheWay() - peer.unread.size();
        if (room <= 0) {
          blocked = true;
          return false;
        }
        piece.clear().limit(network.cut(room));
        outlet.queue().fill(piece);
        piece.flip();
        outlet.queue().written(piece.remaining());
        transmit(Arrays.copyOf(piece.array(), piece.remaining()));
        session.beforeFill();
        if (world.onceIn(4) && !outlet.queue().isEmpty()) {
          scheduleWrite();
          return false;
        }
      }
      return true;
    } finally {
      outlet.unlock();
    }
  }

  private void transmit(byte[] bytes) {
    world.note("sent", number, bytes.length);
    tap.sent(bytes);
    SimulatedConnection to = peer;
    to.cable.send(bytes.length, () -> to.arrive(bytes));
  }

  // Reading.

  private void arrive(byte[] bytes) {
    if (ended) {
      return;
    }
    unread.add(bytes);
    scheduleRead();
  }

  private void scheduleRead() {
    if (!readDue && !ended && !paused) {
      readDue = true;
      world.within(0, network.readDelay(), this::read);
    }
  }

  private void read() {
    readDue = false;
    if (ended || paused) {
      return;
    }
    if (discarding) {
      unread.clear();
    } else if (unread.size() > 0) {
      feed(network.cut(unread.size()));
    }
    peer.roomAppeared();
    if (ended || paused) {
      return;
    }
    if (unread.size() > 0) {
      scheduleRead();
    } else if (endOfInput) {
      end(
          finishing ? DisconnectReason.LOCAL : DisconnectReason.CLOSED_BY_PEER,
          "the peer closed the connection");
    }
  }

  private void feed(int count) {
    ByteBuffer bytes = unread.look(count);
    int resumes = port.resumes();
    boolean wasUp = session.isUp();
    boolean goOn = session.received(bytes, world.nanoTime());
    int taken = count - bytes.remaining();
    world.note("read", number, taken);
    tap.received(unread.look(taken));
    unread.drop(taken);
    if (!wasUp && session.isUp()) {
      scheduleTick(session.tick(world.nanoTime()));
    }
    if (goOn || ended) {
      unread.drop(bytes.remaining());
    } else if (outputShut) {
      discarding = true;
    } else {
      paused = true;
      world.note("paused", number, 0);
      port.paused(this);
      if (port.resumes() != resumes) {
        port.unpaused(this);
        resume();
      }
    }
  }

  private void roomAppeared() {
    if (blocked) {
      blocked = false;
      scheduleWrite();
    }
  }

  @Override
  public void resume() {
    world.within(0, network.readDelay(), this::resumeNow);
  }

  private void resumeNow() {
    if (paused && !ended) {
      paused = false;
      session.resumed(world.nanoTime());
      scheduleRead();
    }
  }

  @Override
  public void execute(Runnable task) {
    world.within(0, network.readDelay(), task);
  }

  // The end.

  @Override
  public void close(DisconnectReason reason, String detail) {
    if (!closed) {
      closed = true;
      world.touch(-number, () -> world.within(0, network.readDelay(), () -> end(reason, detail)));
    }
  }

  /** Sends what is queued, then closes; by a time. */
  void finish(String words, long by) {
    session.parting().goodbye(words);
    session.shut();
    if (!session.isUp()) {
      end(DisconnectReason.LOCAL, "closed here");
      return;
    }
    finishing = true;
    finishBy = by;
    scheduleTick(by);
    touch();
  }

  private void shutDownOutput() {
    if (outputShut || ended) {
      return;
    }
    outputShut = true;
    long by = world.nanoTime() + FAREWELL;
    finishBy = session.outputMustArrive() || finishBy - by < 0 ? finishBy : by;
    sendEnd(false);
    if (paused) {
      paused = false;
      discarding = true;
      scheduleRead();
    }
    scheduleTick(finishBy);
  }

  private void sendEnd(boolean reset) {
    SimulatedConnection to = peer;
    to.cable.send(0, () -> to.endArrives(reset));
  }

  private void endArrives(boolean reset) {
    if (ended) {
      return;
    }
    if (reset) {
      end(DisconnectReason.RESET, "connection reset");
    } else {
      endOfInput = true;
      scheduleRead();
    }
  }

  /** The connection breaks: what is on its way is lost, a frame may be cut anywhere. */
  void reset() {
    world.note("reset", number, 0);
    silence();
    world.within(0, network.delay(), () -> end(DisconnectReason.RESET, "connection reset"));
    SimulatedConnection other = peer;
    world.within(0, network.delay(), () -> other.end(DisconnectReason.RESET, "connection reset"));
  }

  /** From now on nothing arrives in either direction, and nobody is told. */
  void silence() {
    cable.cut();
    peer.cable.cut();
    world.schedule(GIVING_UP, this::giveUp);
    world.schedule(GIVING_UP, peer::giveUp);
  }

  /** Of a peer that has said that it pauses no heartbeat tells, but the system in the end. */
  private void giveUp() {
    if (tap.peerPauses()) {
      end(DisconnectReason.RESET, "nothing answered the system");
    }
  }

  /** The process is killed: nothing more leaves, and the system says so to the other side. */
  void freeze() {
    frozen = true;
    if (!outputShut) {
      sendEnd(world.onceIn(2));
    }
  }

  void end(DisconnectReason reason, String detail) {
    if (ended) {
      return;
    }
    ended = true;
    closed = true;
    alarm.stop();
    world.note("ended " + reason, number, 0);
    if (!frozen && !outputShut) {
      sendEnd(unread.size() > 0);
    }
    session.ended(reason, detail);
    port.ended(this);
    network.ended(this);
  }

  boolean isEnded() {
    return ended;
  }

  boolean isFinishing() {
    return finishing;
  }

  /** {@return whether it still works, as far as the network is concerned} */
  boolean isSound() {
    return canTalk() && peer.canTalk();
  }

  private boolean canTalk() {
    return !ended && !closed && !cable.isCut() && !finishing;
  }

  /** {@return whether it should have been found dead by its heartbeats if this goes on} */
  boolean isSilent() {
    return cable.isCut() && session.isUp();
  }

  int unsent() {
    return outlet.queue().messages();
  }

  // Time.

  private void scheduleTick(long at) {
    if (!ended) {
      alarm.set(at);
    }
  }

  private void tickNow() {
    long now = world.nanoTime();
    if (ended) {
      return;
    }
    if (finishBy != Long.MAX_VALUE) {
      if (now - finishBy >= 0) {
        end(DisconnectReason.LOCAL, "closed here");
        return;
      }
      scheduleTick(finishBy);
    }
    if (!outputShut) {
      scheduleTick(session.tick(now));
    }
  }
}
