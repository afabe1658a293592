package dev.trefoil.raw.engine;

import dev.trefoil.DisconnectReason;
import dev.trefoil.raw.wire.Rejection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** Takes whatever is written, notes it, and keeps it. */
final class Recorder implements Conduit {
  /** One call that wrote. */
  record Write(Thread by, int bytes) {}

  private final PlainConduit socket;
  private final BlockingQueue<Write> writes = new LinkedBlockingQueue<>();
  final ByteArrayOutputStream taken = new ByteArrayOutputStream();

  volatile boolean broken;

  /** Who writes waits for it. */
  volatile CountDownLatch gate = new CountDownLatch(0);

  final CountDownLatch atTheGate = new CountDownLatch(1);

  Recorder(SocketChannel channel) {
    socket = new PlainConduit(channel);
  }

  @Override
  public int write(ByteBuffer from) {
    if (broken) {
      throw new IllegalStateException("broken on purpose");
    }
    CountDownLatch closed = gate;
    if (closed.getCount() > 0) {
      atTheGate.countDown();
      try {
        closed.await();
      } catch (InterruptedException e) {
        throw new AssertionError("nobody interrupts who writes", e);
      }
    }
    byte[] bytes = new byte[from.remaining()];
    from.get(bytes);
    note(bytes);
    return bytes.length;
  }

  private void note(byte[] bytes) {
    // Whoever waits for the bytes finds the write that brought them.
    writes.add(new Write(Thread.currentThread(), bytes.length));
    taken.writeBytes(bytes);
  }

  /** {@return the writes that nobody has asked for yet} */
  List<Write> writes() {
    List<Write> all = new ArrayList<>();
    writes.drainTo(all);
    return all;
  }

  int bytes() {
    return taken.size();
  }

  @Override
  public SocketChannel channel() {
    return socket.channel();
  }

  @Override
  public int read(ByteBuffer to) throws IOException {
    return socket.read(to);
  }

  @Override
  public int leastStraight() {
    return socket.leastStraight();
  }

  @Override
  public boolean readsInVainCheaply() {
    return socket.readsInVainCheaply();
  }

  @Override
  public boolean fillsArrays() {
    return socket.fillsArrays();
  }

  @Override
  public int held() {
    return 0;
  }

  @Override
  public boolean hasMore() {
    return false;
  }

  @Override
  public boolean owes() {
    return false;
  }

  @Override
  public void shutdownOutput() throws IOException {
    socket.shutdownOutput();
  }

  @Override
  public @Nullable Rejection refusal(IOException e) {
    return null;
  }

  @Override
  public DisconnectReason reason(IOException e) {
    return socket.reason(e);
  }

  @Override
  public String words(IOException e) {
    return socket.words(e);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
