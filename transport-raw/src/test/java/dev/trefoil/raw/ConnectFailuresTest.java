package dev.trefoil.raw;

import static dev.trefoil.raw.Rig.next;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.TcpOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Why an attempt to connect failed, in words; {@link DescriptorsTest} has one more. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class ConnectFailuresTest {
  private static final int MORE_THAN_FIT = 5;

  private static Rig.Sender dialing(Rig rig, String endpoint) {
    TcpOptions tcp = TcpOptions.builder().connectTimeout(Duration.ofMillis(300)).build();
    Rig.Sender pusher = rig.new Sender(Options.builder().tcp(tcp).build());
    pusher.port.connect(Endpoint.of(endpoint));
    return pusher;
  }

  @Test
  void nobodyListens() throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Sender pusher = dialing(rig, "raw://127.0.0.1:" + Tool.freePort());
      assertThat(next(pusher.connectFailures))
          .isEqualTo("connection refused: nobody listens there");
    }
  }

  /** Nobody can be connected to at an address of many: the system refuses to find a way. */
  @ParameterizedTest
  @CsvSource({"raw://224.0.0.1:7", "sp://255.255.255.255:7"})
  @EnabledOnOs(OS.LINUX)
  void noWayLeadsThere(String endpoint) throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Sender pusher = dialing(rig, endpoint);
      assertThat(next(pusher.connectFailures))
          .isEqualTo("unreachable: no way there from this machine");
    }
  }

  @Test
  void theNameIsUnknown() throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Sender pusher = dialing(rig, "raw://no-such-host.invalid:7");
      assertThat(next(pusher.connectFailures)).isEqualTo("unknown host");
    }
  }

  /** As a host that is down does, a listener whose backlog is full answers nothing at all. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void nobodyAnswers() throws Exception {
    List<SocketChannel> waiting = new ArrayList<>();
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Rig rig = new Rig()) {
      fill(full, waiting);
      Rig.Sender pusher = dialing(rig, "raw://127.0.0.1:" + full.getLocalPort());
      assertThat(next(pusher.connectFailures)).isEqualTo("timed out");
      assertThat(next(pusher.connectFailures)).isEqualTo("timed out");
    } finally {
      for (SocketChannel each : waiting) {
        each.close();
      }
    }
  }

  private static void fill(ServerSocket listening, List<SocketChannel> waiting) throws IOException {
    for (int i = 0; i < MORE_THAN_FIT; i++) {
      SocketChannel next = SocketChannel.open();
      waiting.add(next);
      next.configureBlocking(false);
      next.connect(new InetSocketAddress(listening.getInetAddress(), listening.getLocalPort()));
    }
    // Linux lets one more in than the backlog says; a busy one takes its time even for that.
    await().atMost(Rig.LIMIT).until(() -> connected(waiting) == 2);
  }

  private static int connected(List<SocketChannel> waiting) throws IOException {
    int connected = 0;
    for (SocketChannel each : waiting) {
      connected += each.finishConnect() ? 1 : 0;
    }
    return connected;
  }
}
