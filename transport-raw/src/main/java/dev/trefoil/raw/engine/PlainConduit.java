package dev.trefoil.raw.engine;

import dev.trefoil.DisconnectReason;
import dev.trefoil.raw.wire.Rejection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** A socket, as it is. */
record PlainConduit(SocketChannel channel) implements Conduit {
  /** Less than this is read together with what comes behind it. */
  private static final int LEAST_STRAIGHT = 64 * 1024;

  @Override
  public int read(ByteBuffer to) throws IOException {
    return channel.read(to);
  }

  @Override
  public int leastStraight() {
    return LEAST_STRAIGHT;
  }

  @Override
  public boolean readsInVainCheaply() {
    return true;
  }

  @Override
  public boolean fillsArrays() {
    return false;
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    return channel.write(from);
  }

  @Override
  public int held() {
    return 0;
  }

  @Override
  public boolean hasMore() {
    return false;
  }

  @Override
  public boolean owes() {
    return false;
  }

  @Override
  public void shutdownOutput() throws IOException {
    channel.shutdownOutput();
  }

  @Override
  public @Nullable Rejection refusal(IOException e) {
    return null;
  }

  @Override
  public DisconnectReason reason(IOException e) {
    return SocketErrors.reason(e);
  }

  @Override
  public String words(IOException e) {
    return SocketErrors.words(e);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
