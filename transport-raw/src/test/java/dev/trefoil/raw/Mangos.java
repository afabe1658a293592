package dev.trefoil.raw;

import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.Hello;
import dev.trefoil.raw.wire.SpRole;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A peer that behaves as mangos v3 does on TCP: it says hello at once, then checks the other's
 * hello byte by byte, and closes if anything is wrong; it closes at a length over 1 MiB.
 */
final class Mangos implements AutoCloseable {
  static final int LARGEST = 1 << 20;

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;

  /** Why it closed the connection, or null. */
  private @Nullable String complaint;

  private Mangos(Socket socket, SpRole role) throws IOException {
    this.socket = socket;
    socket.setSoTimeout((int) Rig.LIMIT.toMillis());
    socket.setTcpNoDelay(true);
    in = new DataInputStream(socket.getInputStream());
    out = new DataOutputStream(socket.getOutputStream());
    out.writeLong(Hello.encode(role, Dialect.V0));
    byte[] theirs = in.readNBytes(Hello.BYTES);
    complaint = check(theirs, role.peer().type(Dialect.V0));
    if (complaint != null) {
      socket.close();
    }
  }

  /** Waits for whoever dials it. */
  static Mangos accept(ServerSocket listening, SpRole role) throws IOException {
    listening.setSoTimeout((int) Rig.LIMIT.toMillis());
    return new Mangos(listening.accept(), role);
  }

  static Mangos dial(int port, SpRole role) throws IOException {
    return new Mangos(new Socket(InetAddress.getLoopbackAddress(), port), role);
  }

  private static @Nullable String check(byte[] hello, int type) {
    if (hello.length < Hello.BYTES) {
      return "end of input";
    }
    ByteBuffer read = ByteBuffer.wrap(hello);
    if (read.get() != 0 || read.get() != 'S' || read.get() != 'P') {
      return "invalid header";
    } else if (read.get() != 0) {
      return "invalid protocol version";
    } else if (read.getShort() != (short) type) {
      return "invalid or unsupported protocol";
    }
    return read.getShort() == 0 ? null : "invalid header";
  }

  @Nullable String complaint() {
    return complaint;
  }

  void send(byte[] body) throws IOException {
    out.writeLong(body.length);
    out.write(body);
  }

  /** {@return the next message; null if it closed the connection, or the other side did} */
  byte @Nullable [] receive() throws IOException {
    ByteBuffer word = ByteBuffer.wrap(in.readNBytes(8));
    if (word.remaining() < 8) {
      return null;
    }
    long length = word.getLong();
    if (length < 0 || length > LARGEST) {
      complaint = "message is too long";
      socket.close();
      return null;
    }
    return in.readNBytes((int) length);
  }

  /** {@return all that still comes until the other side closes} */
  byte[] rest() throws IOException {
    return in.readAllBytes();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
