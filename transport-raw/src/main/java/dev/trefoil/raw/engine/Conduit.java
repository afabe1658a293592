package dev.trefoil.raw.engine;

import dev.trefoil.DisconnectReason;
import dev.trefoil.raw.wire.Rejection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * The seam between connections and what carries their bytes. Non-blocking: one thread reads, one at
 * a time writes, any thread closes.
 */
interface Conduit {
  /** {@return the channel to select on} */
  SocketChannel channel();

  /** {@return how many bytes were read; 0 if there are none yet; -1 at the end} */
  int read(ByteBuffer to) throws IOException;

  /** {@return from how many bytes on it pays to read what belongs to one message by itself} */
  int leastStraight();

  /** {@return whether reading in vain costs no more than asking the selector} */
  boolean readsInVainCheaply();

  /** {@return whether it reads into an array as well as into a direct buffer} */
  boolean fillsArrays();

  /** {@return how many bytes were taken; those behind them are offered again, unchanged} */
  int write(ByteBuffer from) throws IOException;

  /** {@return how many of the bytes behind those taken must come again, whatever happens} */
  int held();

  /** {@return whether reading goes on though the selector will not tell} */
  boolean hasMore();

  /** {@return whether it has something of its own to write, and wants to be called for that} */
  boolean owes();

  /** Tells the other side that nothing more comes. */
  void shutdownOutput() throws IOException;

  /** {@return why a failure before the handshake's end turns the peer away; null: no reason} */
  @Nullable Rejection refusal(IOException e);

  /** {@return why a failure ended the connection} */
  DisconnectReason reason(IOException e);

  /** {@return the failure, for people} */
  String words(IOException e);

  void close() throws IOException;
}
