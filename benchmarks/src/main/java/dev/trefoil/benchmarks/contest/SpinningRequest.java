package dev.trefoil.benchmarks.contest;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** As {@link BlockingRequest}, but both threads look again without end instead of sleeping. */
final class SpinningRequest implements Contestant {
  @Override
  public Side server(Work work) throws IOException {
    return new Echo(Loopback.listen(), work.size());
  }

  @Override
  public Side client(Work work, String address) throws IOException {
    SocketChannel channel = SocketChannel.open(Loopback.parse(address));
    byte[] payload = Payloads.make(work);
    ByteBuffer request = ByteBuffer.allocateDirect(Long.BYTES + payload.length);
    request.putLong(payload.length).put(payload);
    return new Asker(nonBlocking(channel), request);
  }

  private static SocketChannel nonBlocking(SocketChannel channel) throws IOException {
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    return channel;
  }

  private static void write(SocketChannel channel, ByteBuffer frame) throws IOException {
    frame.rewind();
    while (frame.hasRemaining()) {
      if (channel.write(frame) == 0) {
        Thread.onSpinWait();
      }
    }
  }

  private static boolean read(SocketChannel channel, ByteBuffer frame) throws IOException {
    frame.clear();
    while (frame.hasRemaining()) {
      int read = channel.read(frame);
      if (read < 0) {
        return false;
      }
      if (read == 0) {
        Thread.onSpinWait();
      }
    }
    return true;
  }

  private record Echo(ServerSocketChannel listening, int size) implements Side {
    @Override
    public String address() {
      return Loopback.format(listening.socket().getLocalPort());
    }

    @Override
    public void run(Gauge gauge) throws IOException {
      ByteBuffer frame = ByteBuffer.allocateDirect(Long.BYTES + size);
      try (SocketChannel channel = nonBlocking(listening.accept())) {
        while (read(channel, frame)) {
          write(channel, frame);
        }
      }
    }

    @Override
    public void close() throws IOException {
      listening.close();
    }
  }

  private record Asker(SocketChannel channel, ByteBuffer request) implements Side {
    @Override
    public void run(Gauge gauge) throws IOException {
      Gauge.Tally replies = gauge.newTally();
      ByteBuffer reply = ByteBuffer.allocateDirect(request.capacity());
      for (long i = 0; i < Gauge.MOST_MESSAGES && !gauge.isStopped(); i++) {
        long start = System.nanoTime();
        write(channel, request);
        if (!read(channel, reply)) {
          throw new EOFException("the other side has gone");
        }
        gauge.latency(System.nanoTime() - start);
        replies.add(1);
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
