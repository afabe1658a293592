package dev.trefoil.raw.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trefoil.Endpoint;
import dev.trefoil.TcpOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What the options say is what the system is told, and keeps. */
final class SocketsTest {
  private static Object byName(NetworkChannel channel, String name) throws Exception {
    for (SocketOption<?> option : channel.supportedOptions()) {
      if (option.name().equals(name)) {
        return channel.getOption(option);
      }
    }
    throw new AssertionError(channel + " has no " + name);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void theDefaultsAreNoNagleAndProbesAfterHalfAMinute() throws Exception {
    try (SocketChannel channel = SocketChannel.open()) {
      Sockets.configure(channel, TcpOptions.defaults());
      assertThat(channel.isBlocking()).isFalse();
      assertThat(channel.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
      assertThat(channel.getOption(StandardSocketOptions.SO_KEEPALIVE)).isTrue();
      assertThat(byName(channel, "TCP_KEEPIDLE")).isEqualTo(30);
      assertThat(byName(channel, "TCP_KEEPINTERVAL")).isEqualTo(10);
      assertThat(byName(channel, "TCP_KEEPCOUNT")).isEqualTo(3);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void otherValuesAreSetToo() throws Exception {
    TcpOptions options =
        TcpOptions.builder()
            .noDelay(false)
            .keepAliveIdle(Duration.ofSeconds(7))
            .keepAliveInterval(Duration.ofSeconds(2))
            .keepAliveCount(5)
            .sendBufferBytes(70_000)
            .receiveBufferBytes(50_000)
            .build();
    try (SocketChannel channel = SocketChannel.open()) {
      int adapted = channel.getOption(StandardSocketOptions.SO_SNDBUF);
      Sockets.configure(channel, options);
      assertThat(channel.getOption(StandardSocketOptions.TCP_NODELAY)).isFalse();
      assertThat(byName(channel, "TCP_KEEPIDLE")).isEqualTo(7);
      assertThat(byName(channel, "TCP_KEEPINTERVAL")).isEqualTo(2);
      assertThat(byName(channel, "TCP_KEEPCOUNT")).isEqualTo(5);
      // Linux doubles what it is asked for, for its own records.
      assertThat(channel.getOption(StandardSocketOptions.SO_SNDBUF))
          .isBetween(70_000, 140_000)
          .isNotEqualTo(adapted);
      assertThat(channel.getOption(StandardSocketOptions.SO_RCVBUF)).isBetween(50_000, 100_000);
    }
  }

  @Test
  void keepAliveCanBeLeftOut() throws Exception {
    try (SocketChannel channel = SocketChannel.open()) {
      Sockets.configure(channel, TcpOptions.builder().keepAlive(false).build());
      assertThat(channel.getOption(StandardSocketOptions.SO_KEEPALIVE)).isFalse();
    }
  }

  @Test
  void aListenerTakesItsAddressOverAndHandsItsBufferOn() throws Exception {
    for (boolean reuse : new boolean[] {true, false}) {
      TcpOptions options =
          TcpOptions.builder().reuseAddress(reuse).receiveBufferBytes(50_000).build();
      try (ServerSocketChannel listening = ServerSocketChannel.open()) {
        Sockets.configure(listening, options);
        assertThat(listening.getOption(StandardSocketOptions.SO_REUSEADDR)).isEqualTo(reuse);
        assertThat(listening.getOption(StandardSocketOptions.SO_RCVBUF)).isBetween(50_000, 100_000);
      }
    }
  }

  /** The system takes as many as wait, and one more; who comes then is not let in. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void theBacklogBoundsWhoWaitsToBeAccepted() throws Exception {
    TcpOptions options = TcpOptions.builder().backlog(2).build();
    Listening listening = Listening.at(Endpoint.of("raw://127.0.0.1:0"), options);
    InetSocketAddress at =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), listening.endpoint().port());
    SocketChannel[] all = new SocketChannel[6];
    try {
      for (int i = 0; i < all.length; i++) {
        all[i] = SocketChannel.open();
        all[i].configureBlocking(false);
        all[i].connect(at);
      }
      await().atMost(Duration.ofSeconds(10)).until(() -> connected(all) >= 3);
      assertThat(connected(all)).as("one more than the backlog").isEqualTo(3);
    } finally {
      for (SocketChannel each : all) {
        if (each != null) {
          each.close();
        }
      }
      listening.close();
    }
  }

  private static int connected(SocketChannel[] all) throws IOException {
    int connected = 0;
    for (SocketChannel each : all) {
      connected += each.finishConnect() ? 1 : 0;
    }
    return connected;
  }
}
