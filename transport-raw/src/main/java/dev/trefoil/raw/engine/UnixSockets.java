package dev.trefoil.raw.engine;

import dev.trefoil.BindFailedException;
import dev.trefoil.BindFailedException.Reason;
import dev.trefoil.Endpoint;
import dev.trefoil.EndpointException;
import dev.trefoil.TcpOptions;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;

/** Unix domain sockets: {@code raw+unix:///path}. Any thread. */
final class UnixSockets {
  /** Keeps two binds of this process from taking each other's new socket for a stale one. */
  private static final ReentrantLock BINDING = new ReentrantLock();

  private UnixSockets() {}

  static boolean isUnix(Endpoint endpoint) {
    return endpoint.scheme().endsWith("+unix");
  }

  /** Refuses a path where an address belongs, and the other way round. */
  static void check(Endpoint endpoint) {
    if (isUnix(endpoint) == endpoint.hasHost()) {
      throw new EndpointException(
          endpoint.toString(),
          isUnix(endpoint)
              ? "a Unix socket is named by its path: " + endpoint.scheme() + ":///run/orders.sock"
              : "it has a path and no host: write " + endpoint.scheme() + "://host:7000");
    }
  }

  static UnixDomainSocketAddress address(Endpoint endpoint) {
    try {
      return UnixDomainSocketAddress.of(endpoint.name());
    } catch (InvalidPathException e) {
      throw new EndpointException(endpoint.toString(), "its path is not valid: " + e.getReason());
    }
  }

  /**
   * Listens at a path, and takes the place of a listener that has died without removing its file.
   */
  static Listening listen(Endpoint endpoint, TcpOptions options) {
    UnixDomainSocketAddress address = address(endpoint);
    ServerSocketChannel channel = null;
    BINDING.lock();
    try {
      removeStale(endpoint, address);
      channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      Sockets.configure(channel, options);
      channel.bind(address, options.backlog());
      return new Listening(endpoint, channel, SocketFile.at(address.getPath()));
    } catch (IOException | UnsupportedOperationException e) {
      if (channel != null) {
        SocketErrors.closeQuietly(channel);
      }
      throw failed(endpoint, address.getPath(), e);
    } finally {
      BINDING.unlock();
    }
  }

  private static void removeStale(Endpoint endpoint, UnixDomainSocketAddress address)
      throws IOException {
    SocketFile file = SocketFile.at(address.getPath());
    if (file == null) {
      return;
    }
    if (!file.isSocket()) {
      throw new BindFailedException(
          endpoint, Reason.IN_USE, "a file is there, and it is no socket", null);
    }
    if (isLive(address)) {
      throw new BindFailedException(endpoint, Reason.IN_USE, "somebody listens there", null);
    }
    file.remove();
  }

  private static boolean isLive(UnixDomainSocketAddress address) throws IOException {
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      // Without blocking: a listener whose backlog is full is alive, too.
      probe.configureBlocking(false);
      probe.connect(address);
      return true;
    } catch (IOException e) {
      if (SocketErrors.isRefused(e)) {
        return false;
      }
      throw e;
    }
  }

  private static BindFailedException failed(Endpoint endpoint, Path path, Exception e) {
    Path folder = path.getParent();
    String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    if (e instanceof UnsupportedOperationException) {
      return new BindFailedException(
          endpoint, Reason.BAD_CONFIGURATION, "this system has no Unix sockets", e);
    } else if (text.contains("too long")) {
      return new BindFailedException(
          endpoint,
          Reason.BAD_CONFIGURATION,
          "the path has " + path.toString().length() + " characters, and systems take about 100",
          e);
    } else if (folder != null && !Files.isDirectory(folder)) {
      return new BindFailedException(
          endpoint, Reason.BAD_CONFIGURATION, "there is no directory " + folder, e);
    }
    return new BindFailedException(endpoint, SocketErrors.bindReason(e), SocketErrors.words(e), e);
  }
}
