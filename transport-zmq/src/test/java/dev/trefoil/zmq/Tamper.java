package dev.trefoil.zmq;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Stands between two peers, passes on what they say, and then says something else: so it speaks
 * after a handshake that it knows no keys for.
 */
final class Tamper implements AutoCloseable {
  private final ServerSocket listener;
  private final Endpoint server;
  private final CountDownLatch met = new CountDownLatch(1);
  private volatile Socket near = new Socket();
  private volatile Socket far = new Socket();

  Tamper(Endpoint server) throws IOException {
    this.server = server;
    this.listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    start(this::meet);
  }

  Endpoint endpoint() {
    return Endpoint.of("zmq://127.0.0.1:" + listener.getLocalPort());
  }

  private static void start(Runnable body) {
    Thread thread = new Thread(body, "tamper");
    thread.setDaemon(true);
    thread.start();
  }

  private void meet() {
    try {
      near = listener.accept();
      far = new Socket(InetAddress.getLoopbackAddress(), server.port());
      start(() -> pump(far, near));
      met.countDown();
      pump(near, far);
    } catch (IOException e) {
      assertThat(e).as("closed before anybody came").isNotNull();
    }
  }

  private static void pump(Socket from, Socket to) {
    byte[] buffer = new byte[8_192];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      int count = in.read(buffer);
      while (count >= 0) {
        out.write(buffer, 0, count);
        count = in.read(buffer);
      }
      to.shutdownOutput();
    } catch (IOException e) {
      assertThat(e).as("one of them closed").isNotNull();
    }
  }

  /** Says something to the server, while the client is silent. */
  void say(byte[] bytes) throws IOException, InterruptedException {
    assertThat(met.await(Node.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    far.getOutputStream().write(bytes);
  }

  @Override
  public void close() throws IOException {
    listener.close();
    near.close();
    far.close();
  }
}
