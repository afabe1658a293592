package dev.trefoil.raw.wireshark;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between a dialer and a listener, passes all bytes on, and writes them down. */
final class Recorder implements AutoCloseable {
  /** What one side said at a time; connections are numbered from 0. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Chunk(int connection, boolean byDialer, byte[] bytes) {}

  private final ServerSocket listener;
  private final List<Chunk> chunks = new CopyOnWriteArrayList<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections;

  /**
   * Begins.
   *
   * @param port of the listener behind it
   * @param connections counts over several recorders
   */
  Recorder(int port, AtomicInteger connections) throws IOException {
    this.connections = connections;
    this.listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    start("accept", () -> accept(port));
  }

  /** {@return where to connect to} */
  int port() {
    return listener.getLocalPort();
  }

  /** {@return a copy of what was said so far} */
  List<Chunk> chunks() {
    return new ArrayList<>(chunks);
  }

  private void start(String name, Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (IOException e) {
                closeAll(); // one end is gone: so is the conversation
              }
            },
            "recorder-" + name);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private interface Task {
    void run() throws IOException;
  }

  private void accept(int port) throws IOException {
    while (true) {
      Socket near = listener.accept();
      Socket far = new Socket(InetAddress.getLoopbackAddress(), port);
      near.setTcpNoDelay(true);
      far.setTcpNoDelay(true);
      sockets.addAll(List.of(near, far));
      int connection = connections.getAndIncrement();
      start("dialer", () -> pass(near, far, connection, true));
      start("listener", () -> pass(far, near, connection, false));
    }
  }

  private void pass(Socket from, Socket to, int connection, boolean byDialer) throws IOException {
    InputStream in = from.getInputStream();
    OutputStream out = to.getOutputStream();
    byte[] buffer = new byte[64 * 1024];
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      chunks.add(new Chunk(connection, byDialer, Arrays.copyOf(buffer, count)));
      out.write(buffer, 0, count);
    }
    to.shutdownOutput();
  }

  /** Waits until both sides of each conversation have said all. */
  void awaitEnd() throws InterruptedException {
    for (Thread thread : threads) {
      if (!thread.getName().endsWith("-accept")) {
        thread.join(10_000);
      }
    }
  }

  private void closeAll() {
    List<AutoCloseable> all = new ArrayList<>(sockets);
    for (AutoCloseable each : all) {
      try {
        each.close();
      } catch (Exception e) {
        throw new IllegalStateException("a socket does not close", e);
      }
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    listener.close();
    closeAll();
    for (Thread thread : threads) {
      thread.join(10_000);
    }
  }
}
