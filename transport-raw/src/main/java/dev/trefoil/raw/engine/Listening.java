package dev.trefoil.raw.engine;

import dev.trefoil.BindFailedException;
import dev.trefoil.Endpoint;
import dev.trefoil.TcpOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * A socket that listens, and the file that goes with it if it is a Unix one. Any thread.
 *
 * @param endpoint with the port it got
 * @param channel non-blocking
 * @param file to be removed at the end, or null
 */
record Listening(Endpoint endpoint, ServerSocketChannel channel, @Nullable SocketFile file) {
  /**
   * Listens.
   *
   * @throws BindFailedException saying why not; nothing is left open
   */
  static Listening at(Endpoint endpoint, TcpOptions options) {
    if (UnixSockets.isUnix(endpoint)) {
      return UnixSockets.listen(endpoint, options);
    }
    ServerSocketChannel channel = null;
    try {
      channel = ServerSocketChannel.open();
      Sockets.configure(channel, options);
      channel.bind(localAddress(endpoint), options.backlog());
      int port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
      return new Listening(endpoint.withPort(port), channel, null);
    } catch (IOException | RuntimeException e) {
      if (channel != null) {
        SocketErrors.closeQuietly(channel);
      }
      throw new BindFailedException(endpoint, SocketErrors.bindReason(e), SocketErrors.words(e), e);
    }
  }

  private static InetSocketAddress localAddress(Endpoint endpoint) throws UnknownHostException {
    return endpoint.host().equals("*")
        ? new InetSocketAddress(endpoint.port())
        : new InetSocketAddress(InetAddress.getByName(endpoint.host()), endpoint.port());
  }

  /** Stops listening. The file goes first: whoever binds its path next must keep his own. */
  void close() {
    if (file != null) {
      file.remove();
    }
    SocketErrors.closeQuietly(channel);
  }
}
