package dev.trefoil.samples.bump;

import dev.trefoil.Endpoint;
import java.io.IOException;

/** The server's machine, and the way to it. Close it to end its server and undo what it set up. */
interface Machine extends AutoCloseable {
  /** Starts the server on it, which answers each request with itself, and says where it is. */
  Endpoint start() throws IOException, InterruptedException;

  /** From now on nothing gets through, no FIN and no RST either. */
  void vanish() throws IOException, InterruptedException;

  /** The way is open again, and both ends still know the connection. */
  void reappear() throws IOException, InterruptedException;

  /** The machine comes back with a new server, and knows no connection any more. */
  void reboot() throws IOException, InterruptedException;

  /** By what it is acted out, in words. */
  String means();

  @Override
  void close() throws IOException;
}
