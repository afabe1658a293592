package dev.trefoil.samples.echo;

import dev.trefoil.Endpoint;
import dev.trefoil.samples.shared.FailedException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An echo server on plain blocking sockets, as the lectures write it: newline-ended text, a thread
 * for each client. What the library does by itself stands here in full: the loop around read, the
 * bound on what is kept, the limits on clients and time, and the closing of everything.
 *
 * <p>Any thread may call it. Close it to close all sockets, which ends its threads.
 */
final class LineServer implements AutoCloseable {
  private static final int MOST_CLIENTS = 64;
  private static final int LONGEST_LINE = 64 * 1024;
  private static final int IDLE_MILLIS = 5 * 60 * 1000;

  private final IntConsumer echoed;
  private final Consumer<String> notes;
  private final Semaphore room = new Semaphore(MOST_CLIENTS);
  private final List<ServerSocket> listeners = new CopyOnWriteArrayList<>();
  private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * Makes one that listens nowhere yet.
   *
   * @param echoed told the size of each line sent back
   * @param notes told who comes and goes
   */
  LineServer(IntConsumer echoed, Consumer<String> notes) {
    this.echoed = echoed;
    this.notes = notes;
  }

  /** Listens; returns where, as {@code tcp://host:port}. */
  String bind(Endpoint endpoint) {
    try {
      ServerSocket listener = new ServerSocket();
      listeners.add(listener); // before it can fail: close() then closes it all the same
      boolean everywhere = "*".equals(endpoint.host());
      listener.bind(
          everywhere
              ? new InetSocketAddress(endpoint.port())
              : new InetSocketAddress(endpoint.host(), endpoint.port()));
      start("echo-accept", () -> acceptAll(listener));
      return "tcp://" + endpoint.host() + ":" + listener.getLocalPort();
    } catch (IOException e) {
      close();
      throw new FailedException("cannot bind " + endpoint + ": " + e.getMessage());
    }
  }

  private void acceptAll(ServerSocket listener) {
    while (!closed) {
      try {
        Socket client = listener.accept();
        if (room.tryAcquire()) {
          start("echo-client", () -> serve(client));
        } else {
          notes.accept("turned away " + client.getRemoteSocketAddress() + ": too many clients");
          client.close();
        }
      } catch (IOException e) {
        if (!closed) {
          notes.accept("cannot accept: " + e.getMessage());
        }
      }
    }
  }

  private void serve(Socket client) {
    clients.add(client);
    try (client) {
      notes.accept("hello " + client.getRemoteSocketAddress());
      client.setSoTimeout(IDLE_MILLIS);
      InputStream in = new BufferedInputStream(client.getInputStream());
      OutputStream out = client.getOutputStream();
      for (byte[] line = readLine(in); line != null; line = readLine(in)) {
        out.write(line);
        echoed.accept(line.length);
      }
      notes.accept("goodbye " + client.getRemoteSocketAddress());
    } catch (SocketTimeoutException e) {
      notes.accept("goodbye " + client.getRemoteSocketAddress() + ": silent for five minutes");
    } catch (IOException e) {
      if (!closed) {
        notes.accept("lost " + client.getRemoteSocketAddress() + ": " + e.getMessage());
      }
    } finally {
      clients.remove(client);
      room.release();
    }
  }

  /** A line with its newline; what is left at the end counts as one; null after that. */
  private static byte @Nullable [] readLine(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next >= 0; next = in.read()) {
      line.write(next);
      if (next == '\n') {
        return line.toByteArray();
      }
      if (line.size() == LONGEST_LINE) {
        throw new SocketException("a line of more than " + LONGEST_LINE + " bytes");
      }
    }
    return line.size() == 0 ? null : line.toByteArray();
  }

  private static void start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    closed = true;
    for (ServerSocket listener : listeners) {
      closeQuietly(listener);
    }
    for (Socket client : clients) {
      closeQuietly(client);
    }
  }

  private void closeQuietly(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      notes.accept("cannot close a socket: " + e.getMessage());
    }
  }
}
