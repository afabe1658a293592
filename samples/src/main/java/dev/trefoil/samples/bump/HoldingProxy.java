package dev.trefoil.samples.bump;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Stands between two processes and passes bytes on. It can hold them, as a broken cable does, let
 * them pass again, or forget its connections, as a machine does that was started anew: whoever then
 * sends something on an old one gets RST.
 *
 * <p>Two threads for each connection and one that accepts; the lock guards the state. Close it to
 * end them.
 */
final class HoldingProxy implements AutoCloseable {
  private static final int BUFFER_BYTES = 8192;

  private final ServerSocket server;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Set<Socket> sockets = new HashSet<>();
  private boolean holding;
  private boolean closed;
  private int generation;
  private int target;

  HoldingProxy(int target) throws IOException {
    this.target = target;
    server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    start("accept", this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  void hold() {
    change(() -> holding = true);
  }

  void pass() {
    change(() -> holding = false);
  }

  /** Old connections are not known any more, new ones lead to another server. */
  void forget(int newTarget) {
    change(
        () -> {
          generation++;
          target = newTarget;
          holding = false;
        });
  }

  private void change(Runnable what) {
    lock.lock();
    try {
      what.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        int born = awaitPassing();
        Socket behind = new Socket(InetAddress.getLoopbackAddress(), target());
        keep(client, behind);
        start("there", () -> pump(client, behind, born, true));
        start("back", () -> pump(behind, client, born, false));
      }
    } catch (IOException | InterruptedException e) {
      closeSockets(); // closed, or the server behind is gone: both end the proxy
    }
  }

  private int target() {
    lock.lock();
    try {
      return target;
    } finally {
      lock.unlock();
    }
  }

  private void keep(Socket client, Socket behind) throws IOException {
    lock.lock();
    try {
      if (closed) {
        client.close();
        behind.close();
      }
      sockets.add(client);
      sockets.add(behind);
    } finally {
      lock.unlock();
    }
  }

  /** Returns the generation that the proxy has when it lets bytes pass. */
  private int awaitPassing() throws InterruptedException {
    lock.lock();
    try {
      while (holding && !closed) {
        changed.await();
      }
      return generation;
    } finally {
      lock.unlock();
    }
  }

  private void pump(Socket from, Socket to, int born, boolean fromClient) {
    try {
      copy(from, to, born);
      if (awaitPassing() == born) {
        from.close();
        to.close();
      } else if (fromClient) {
        from.setSoLinger(true, 0); // so that closing sends RST
        from.close();
      }
    } catch (IOException e) {
      throw new IllegalStateException("a socket could not be closed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody does: close ends it
    }
  }

  /** Until one end is gone, or the proxy has forgotten the connection. */
  private void copy(Socket from, Socket to, int born) throws InterruptedException {
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        if (awaitPassing() != born) {
          return;
        }
        out.write(buffer, 0, count);
      }
    } catch (SocketException e) {
      return; // reset or closed: to the other end it is the same as the end of the stream
    } catch (IOException e) {
      throw new IllegalStateException("a socket on loopback failed", e);
    }
  }

  private static void start(String name, Runnable body) {
    Thread thread = new Thread(body, "trefoil-bump-proxy-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  private void closeSockets() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new IllegalStateException("a socket could not be closed", e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    closeSockets();
  }
}
