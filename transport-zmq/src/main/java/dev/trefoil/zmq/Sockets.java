package dev.trefoil.zmq;

import dev.trefoil.BindFailedException;
import dev.trefoil.Endpoint;
import dev.trefoil.TcpOptions;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Opens, sets up and names TCP sockets. Any thread may call it. */
final class Sockets {
  private Sockets() {}

  /** Listens, or says why not; leaves nothing open then. */
  static ServerSocketChannel listen(Endpoint endpoint, TcpOptions options) {
    InetSocketAddress address = local(endpoint);
    ServerSocketChannel channel = null;
    try {
      channel = ServerSocketChannel.open();
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, options.reuseAddress());
      if (options.receiveBufferBytes() > 0) {
        channel.setOption(StandardSocketOptions.SO_RCVBUF, options.receiveBufferBytes());
      }
      channel.bind(address, options.backlog());
      return channel;
    } catch (IOException e) {
      closeAfter(channel, e);
      throw new BindFailedException(endpoint, reason(e), message(e), e);
    }
  }

  private static InetSocketAddress local(Endpoint endpoint) {
    try {
      return endpoint.host().equals("*")
          ? new InetSocketAddress(endpoint.port())
          : new InetSocketAddress(InetAddress.getByName(endpoint.host()), endpoint.port());
    } catch (UnknownHostException e) {
      throw new BindFailedException(
          endpoint, BindFailedException.Reason.UNKNOWN_HOST, endpoint.host(), e);
    }
  }

  private static BindFailedException.Reason reason(IOException e) {
    String text = message(e).toLowerCase(Locale.ROOT);
    if (text.contains("permission denied")) {
      return BindFailedException.Reason.NEEDS_PRIVILEGE;
    }
    if (text.contains("cannot assign") || text.contains("not local")) {
      return BindFailedException.Reason.NOT_LOCAL;
    }
    if (outOfDescriptors(e)) {
      return BindFailedException.Reason.OUT_OF_DESCRIPTORS;
    }
    return e instanceof BindException
        ? BindFailedException.Reason.IN_USE
        : BindFailedException.Reason.OTHER;
  }

  static boolean outOfDescriptors(IOException e) {
    return message(e).toLowerCase(Locale.ROOT).contains("too many open files");
  }

  /** {@return why a connection was neither made nor accepted} */
  static String why(Exception e) {
    return e instanceof IOException problem && outOfDescriptors(problem)
        ? "the process has no file descriptors left"
        : message(e).toLowerCase(Locale.ROOT);
  }

  /** {@return what an exception says, never null} */
  static String message(Throwable e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  /** Sets a connection up as the options say. */
  static void tune(SocketChannel channel, TcpOptions options) throws IOException {
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, options.noDelay());
    channel.setOption(StandardSocketOptions.SO_KEEPALIVE, options.keepAlive());
    if (options.sendBufferBytes() > 0) {
      channel.setOption(StandardSocketOptions.SO_SNDBUF, options.sendBufferBytes());
    }
    if (options.receiveBufferBytes() > 0) {
      channel.setOption(StandardSocketOptions.SO_RCVBUF, options.receiveBufferBytes());
    }
    if (options.keepAlive()) {
      trySet(channel, "TCP_KEEPIDLE", seconds(options.keepAliveIdle()));
      trySet(channel, "TCP_KEEPINTERVAL", seconds(options.keepAliveInterval()));
      trySet(channel, "TCP_KEEPCOUNT", options.keepAliveCount());
    }
  }

  private static int seconds(Duration duration) {
    return (int) Math.max(1, Math.min(duration.toSeconds(), 32_767));
  }

  /** By name: the constants are in a module of the JDK's own, and not every system has them. */
  private static void trySet(SocketChannel channel, String name, Integer value) throws IOException {
    for (SocketOption<?> option : channel.supportedOptions()) {
      if (option.name().equals(name)) {
        set(channel, option, value);
      }
    }
  }

  private static <T> void set(SocketChannel channel, SocketOption<T> option, Integer value)
      throws IOException {
    channel.setOption(option, option.type().cast(value));
  }

  /** {@return where a connection leads, such as 127.0.0.1:41820} */
  static String address(SocketChannel channel) {
    try {
      SocketAddress remote = channel.getRemoteAddress();
      return remote instanceof InetSocketAddress inet ? address(inet) : String.valueOf(remote);
    } catch (IOException e) {
      return "unknown";
    }
  }

  static String address(InetSocketAddress inet) {
    InetAddress address = inet.getAddress();
    String host = address == null ? inet.getHostString() : address.getHostAddress();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + inet.getPort();
  }

  /** Closes a channel that something went wrong with. */
  static void closeAfter(@Nullable NetworkChannel channel, Exception problem) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        problem.addSuppressed(e);
      }
    }
  }
}
