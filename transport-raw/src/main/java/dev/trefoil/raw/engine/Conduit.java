package dev.trefoil.raw.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * The seam between connections and what carries their bytes. Non-blocking: one thread reads, one at
 * a time writes, any thread closes.
 */
final class Conduit {
  private final SocketChannel channel;

  Conduit(SocketChannel channel) {
    this.channel = channel;
  }

  /** {@return the channel to select on} */
  SocketChannel channel() {
    return channel;
  }

  /** {@return how many bytes were read; 0 if there are none yet; -1 at the end} */
  int read(ByteBuffer to) throws IOException {
    return channel.read(to);
  }

  /** {@return how many bytes the system took} */
  int write(ByteBuffer from) throws IOException {
    return channel.write(from);
  }

  /** Tells the other side that nothing more comes. */
  void shutdownOutput() throws IOException {
    channel.shutdownOutput();
  }

  void close() throws IOException {
    channel.close();
  }
}
