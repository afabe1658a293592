package dev.trefoil.tck;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Stands between two peers and passes bytes on until it is told to go silent: then it takes what
 * comes, and passes on nothing, like a machine that crashed. Loopback only.
 */
final class SilentProxy implements AutoCloseable {
  private static final int BUFFER = 8192;

  private final ServerSocket server;
  private final int target;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private volatile boolean silent;

  private SilentProxy(ServerSocket server, int target) {
    this.server = server;
    this.target = target;
  }

  static SilentProxy to(int port) throws IOException {
    ServerSocket server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    SilentProxy proxy = new SilentProxy(server, port);
    start("accepting", proxy::accept);
    return proxy;
  }

  int port() {
    return server.getLocalPort();
  }

  void goSilent() {
    silent = true;
  }

  private void accept() {
    try {
      while (!server.isClosed()) {
        Socket client = server.accept();
        sockets.add(client);
        Socket behind = new Socket(InetAddress.getLoopbackAddress(), target);
        sockets.add(behind);
        start("there", () -> pump(client, behind));
        start("back", () -> pump(behind, client));
      }
    } catch (IOException e) {
      silent = true; // closed by the test, or its target is gone: both end the proxy
    } finally {
      closeSockets(); // also those of a connection that came while it was closed
    }
  }

  private void pump(Socket from, Socket to) {
    byte[] buffer = new byte[BUFFER];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        if (!silent) {
          out.write(buffer, 0, count);
        }
      }
    } catch (IOException e) {
      silent = true; // one end is gone; the other one is told by closing it
    }
    close(from);
    close(to);
  }

  private static void start(String name, Runnable body) {
    Thread thread = new Thread(body, "tck proxy " + name);
    thread.setDaemon(true);
    thread.start();
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new IllegalStateException("a socket could not be closed", e);
    }
  }

  private void closeSockets() {
    sockets.forEach(SilentProxy::close);
  }

  @Override
  public void close() throws IOException {
    server.close();
    closeSockets();
  }
}
