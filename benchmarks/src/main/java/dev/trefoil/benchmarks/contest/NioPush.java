package dev.trefoil.benchmarks.contest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * The floor of push-pull: lengths and bodies batched by hand into one buffer, one thread a side,
 * and nothing else. What plain Java sockets can do.
 */
final class NioPush implements Contestant {
  private static final int BUFFER_BYTES = 256 * 1024;

  @Override
  public Side server(Work work) throws IOException {
    ServerSocketChannel listening = Loopback.listen();
    return new Receiver(listening, work.size());
  }

  @Override
  public Side client(Work work, String address) throws IOException {
    SocketChannel channel = SocketChannel.open(Loopback.parse(address));
    return new Sender(channel, work);
  }

  private record Sender(SocketChannel channel, Work work) implements Side {
    @Override
    public void run(Gauge gauge) throws IOException {
      ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
      byte[] payload = Payloads.make(work);
      Gauge.Tally sent = gauge.newTally();
      for (long i = 0; i < Gauge.MOST_MESSAGES && !gauge.isStopped(); i++) {
        if (buffer.remaining() < Long.BYTES + payload.length) {
          flush(buffer);
        }
        buffer.putLong(payload.length);
        put(payload, buffer);
        sent.add(1);
      }
      flush(buffer);
    }

    private void put(byte[] payload, ByteBuffer buffer) throws IOException {
      int at = 0;
      while (at < payload.length) {
        if (!buffer.hasRemaining()) {
          flush(buffer);
        }
        int step = Math.min(buffer.remaining(), payload.length - at);
        buffer.put(payload, at, step);
        at += step;
      }
    }

    private void flush(ByteBuffer buffer) throws IOException {
      buffer.flip();
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      buffer.clear();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  private static final class Receiver implements Side {
    private final ServerSocketChannel listening;
    private final int size;
    private byte[] current = {};
    private int filled;

    private Receiver(ServerSocketChannel listening, int size) {
      this.listening = listening;
      this.size = size;
    }

    @Override
    public String address() {
      return Loopback.format(listening.socket().getLocalPort());
    }

    @Override
    public void run(Gauge gauge) throws IOException {
      ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
      Gauge.Tally received = gauge.newTally();
      try (SocketChannel channel = listening.accept()) {
        while (channel.read(buffer) >= 0) {
          buffer.flip();
          take(buffer, received);
          buffer.compact();
        }
      }
    }

    /** Takes all there is but for a length that is cut; an array for each message. */
    private void take(ByteBuffer buffer, Gauge.Tally received) throws IOException {
      while (true) {
        if (filled == current.length) {
          if (buffer.remaining() < Long.BYTES) {
            return;
          }
          current = new byte[Math.toIntExact(buffer.getLong())];
          filled = 0;
        }
        int step = Math.min(buffer.remaining(), current.length - filled);
        buffer.get(current, filled, step);
        filled += step;
        if (filled < current.length) {
          return;
        }
        Payloads.check(current, size);
        received.add(1);
      }
    }

    @Override
    public void close() throws IOException {
      listening.close();
    }
  }
}
