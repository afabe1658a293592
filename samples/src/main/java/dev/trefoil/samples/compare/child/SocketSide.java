package dev.trefoil.samples.compare.child;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * What the sides on blocking sockets share: a frame is a length of four bytes and the payload, both
 * written at once; a thread for each connection.
 */
abstract class SocketSide implements Side {
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int BACKLOG = 128;

  private final List<AutoCloseable> open = new CopyOnWriteArrayList<>();

  final ServerSocket listen() throws IOException {
    ServerSocket listening = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    open.add(listening);
    return listening;
  }

  final Socket connect(String port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
    socket.setTcpNoDelay(true);
    return socket;
  }

  /** Closed with this side, at the latest. */
  final <T extends AutoCloseable> T keep(T resource) {
    open.add(resource);
    return resource;
  }

  final void forget(AutoCloseable resource) {
    open.remove(resource);
  }

  static DataInputStream in(Socket socket) throws IOException {
    return new DataInputStream(
        new java.io.BufferedInputStream(socket.getInputStream(), BUFFER_BYTES));
  }

  static DataOutputStream out(Socket socket) throws IOException {
    return new DataOutputStream(
        new java.io.BufferedOutputStream(socket.getOutputStream(), BUFFER_BYTES));
  }

  static void write(Socket socket, byte[] payload) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + payload.length);
    frame.putInt(payload.length).put(payload);
    socket.getOutputStream().write(frame.array());
  }

  /** The next frame, or null at the end of the stream. */
  static byte @Nullable [] read(DataInputStream in) throws IOException {
    int length;
    try {
      length = in.readInt();
    } catch (EOFException e) {
      return null;
    }
    byte[] payload = new byte[length];
    in.readFully(payload);
    return payload;
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable resource : open) {
      resource.close();
    }
  }
}
