package dev.trefoil.raw.engine;

import dev.trefoil.TcpOptions;
import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** Sets sockets up as the options say. */
final class Sockets {
  private Sockets() {}

  static void configure(SocketChannel channel, TcpOptions options) throws IOException {
    channel.configureBlocking(false);
    set(channel, StandardSocketOptions.TCP_NODELAY, options.noDelay());
    set(channel, StandardSocketOptions.SO_KEEPALIVE, options.keepAlive());
    if (options.keepAlive()) {
      setByName(channel, "TCP_KEEPIDLE", seconds(options.keepAliveIdle()));
      setByName(channel, "TCP_KEEPINTERVAL", seconds(options.keepAliveInterval()));
      setByName(channel, "TCP_KEEPCOUNT", options.keepAliveCount());
    }
    if (options.sendBufferBytes() > 0) {
      set(channel, StandardSocketOptions.SO_SNDBUF, options.sendBufferBytes());
    }
    if (options.receiveBufferBytes() > 0) {
      set(channel, StandardSocketOptions.SO_RCVBUF, options.receiveBufferBytes());
    }
  }

  static void configure(ServerSocketChannel channel, TcpOptions options) throws IOException {
    channel.configureBlocking(false);
    set(channel, StandardSocketOptions.SO_REUSEADDR, options.reuseAddress());
    if (options.receiveBufferBytes() > 0) {
      set(channel, StandardSocketOptions.SO_RCVBUF, options.receiveBufferBytes());
    }
  }

  private static int seconds(Duration duration) {
    return (int) Math.max(1, Math.min(32_767, duration.toSeconds()));
  }

  /** For options that not every platform has. */
  @SuppressWarnings("unchecked")
  private static void setByName(NetworkChannel channel, String name, Integer value)
      throws IOException {
    for (SocketOption<?> option : channel.supportedOptions()) {
      if (option.name().equals(name) && option.type() == Integer.class) {
        channel.setOption((SocketOption<Integer>) option, value);
      }
    }
  }

  private static <T> void set(NetworkChannel channel, SocketOption<T> option, T value)
      throws IOException {
    if (channel.supportedOptions().contains(option)) {
      channel.setOption(option, value);
    }
  }
}
