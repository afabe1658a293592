package dev.trefoil.raw.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The socket below TLS. A failed write is kept back from the TLS layer, which would then refuse to
 * read what the peer had sent before. As a {@link Conduit}: one thread reads, one at a time writes.
 */
final class TlsWire implements ByteChannel {
  private static final int FIRST_BYTES = 8;

  private final SocketChannel channel;
  private final byte[] first = new byte[FIRST_BYTES];
  private int firstCount;
  private volatile @Nullable IOException failure;

  TlsWire(SocketChannel channel) {
    this.channel = channel;
  }

  @Override
  public int read(ByteBuffer to) throws IOException {
    int start = to.position();
    int count = channel.read(to);
    for (int i = 0; i < count && firstCount < FIRST_BYTES; i++) {
      first[firstCount++] = to.get(start + i);
    }
    return count;
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    if (failure == null) {
      try {
        return channel.write(from);
      } catch (IOException e) {
        failure = e;
      }
    }
    int all = from.remaining();
    from.position(from.limit());
    return all;
  }

  /** Throws what a write has failed with, if one has. */
  void check() throws IOException {
    IOException failed = failure;
    if (failed != null) {
      throw failed;
    }
  }

  /** {@return what a peer that speaks no TLS seems to speak instead, or nothing} */
  String guess() {
    if (firstCount >= 3 && first[0] == 0 && first[1] == 'S' && first[2] == 'P') {
      return ": it speaks SP as on raw:// or sp://";
    }
    boolean letters = firstCount > 0;
    for (int i = 0; i < firstCount; i++) {
      letters &= first[i] >= ' ' && first[i] < 127;
    }
    return letters
        ? ": it begins with '" + new String(first, 0, firstCount, StandardCharsets.US_ASCII) + "'"
        : "";
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
