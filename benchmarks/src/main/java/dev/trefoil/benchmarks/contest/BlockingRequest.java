package dev.trefoil.benchmarks.contest;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;

/** The floor of request-reply: two blocking sockets, one thread a side, one request at a time. */
final class BlockingRequest implements Contestant {
  @Override
  public Side server(Work work) throws IOException {
    return new Echo(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()), work.size());
  }

  @Override
  public Side client(Work work, String address) throws IOException {
    Socket socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.connect(Loopback.parse(address));
    return new Asker(socket, work);
  }

  /** A length and the payload, so that both leave in one call. */
  private static byte[] frame(byte[] payload) {
    return ByteBuffer.allocate(Long.BYTES + payload.length)
        .putLong(payload.length)
        .put(payload)
        .array();
  }

  /** Reads a whole frame; false at the end of the stream. */
  private static boolean read(InputStream in, byte[] frame) throws IOException {
    int read = in.readNBytes(frame, 0, frame.length);
    if (read != 0 && read != frame.length) {
      throw new EOFException("the stream ended within a message");
    }
    return read != 0;
  }

  private record Echo(ServerSocket listening, int size) implements Side {
    @Override
    public String address() {
      return Loopback.format(listening.getLocalPort());
    }

    @Override
    public void run(Gauge gauge) throws IOException {
      byte[] frame = new byte[Long.BYTES + size];
      try (Socket socket = listening.accept()) {
        socket.setTcpNoDelay(true);
        while (read(socket.getInputStream(), frame)) {
          socket.getOutputStream().write(frame);
        }
      }
    }

    @Override
    public void close() throws IOException {
      listening.close();
    }
  }

  private record Asker(Socket socket, Work work) implements Side {
    @Override
    public void run(Gauge gauge) throws IOException {
      Gauge.Tally replies = gauge.newTally();
      byte[] request = frame(Payloads.make(work));
      byte[] reply = new byte[request.length];
      for (long i = 0; i < Gauge.MOST_MESSAGES && !gauge.isStopped(); i++) {
        long start = System.nanoTime();
        socket.getOutputStream().write(request);
        if (!read(socket.getInputStream(), reply)) {
          throw new EOFException("the other side has gone");
        }
        gauge.latency(System.nanoTime() - start);
        replies.add(1);
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
