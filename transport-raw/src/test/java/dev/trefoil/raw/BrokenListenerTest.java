package dev.trefoil.raw;

import static dev.trefoil.raw.Rig.bytes;
import static dev.trefoil.raw.Rig.next;
import static dev.trefoil.raw.Rig.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.raw.wire.FrameType;
import dev.trefoil.raw.wire.Frames;
import dev.trefoil.raw.wire.SpRole;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What throws while bytes are handed on costs their connection, and nothing else. */
@Timeout(60)
final class BrokenListenerTest {
  private final Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void aListenerThatThrowsLosesTheConnectionAndTheNextOneWorks() throws Exception {
    Rig.Receiver puller = rig.new Receiver(Options.builder().build());
    int port = puller.port.bind(Endpoint.of("raw://127.0.0.1:0")).port();
    puller.broken = true;
    try (Socket pusher = connect(port, "lost")) {
      next(puller.ups);
      assertThat(next(puller.downs)).isEqualTo(DisconnectReason.IO_ERROR);
    }
    puller.broken = false;
    try (Socket pusher = connect(port, "taken")) {
      next(puller.ups);
      assertThat(text(next(puller.messages))).isEqualTo("taken");
    }
    assertThat(next(puller.downs)).isIn(DisconnectReason.CLOSED_BY_PEER, DisconnectReason.RESET);
  }

  /** What is handed on then is handed on by a task, not because the socket is ready. */
  @Test
  void soDoesOneThatThrowsAfterAPause() throws Exception {
    Rig.Receiver puller = rig.new Receiver(Options.builder().build());
    puller.limit = 1;
    int port = puller.port.bind(Endpoint.of("raw://127.0.0.1:0")).port();
    try (Socket pusher = connect(port, "taken")) {
      pusher
          .getOutputStream()
          .write(Frames.encode(FrameType.DATA, 0, 0, Frames.EMPTY, bytes("lost")));
      next(puller.ups);
      assertThat(text(next(puller.messages))).isEqualTo("taken");
      puller.broken = true;
      pusher
          .getOutputStream()
          .write(Frames.encode(FrameType.DATA, 0, 0, Frames.EMPTY, bytes("lost too")));
      puller.port.resume();
      assertThat(next(puller.downs)).isEqualTo(DisconnectReason.IO_ERROR);
    }
  }

  /** Resolving a name ends in a task; trying an address that is known does not. */
  @ParameterizedTest
  @ValueSource(strings = {"no-such-host.invalid", "127.0.0.1"})
  void aDialerOneOfWhoseStepsFailsGoesOn(String host) throws Exception {
    Rig.Sender pusher =
        rig.new Sender(Options.builder().reconnectMax(Duration.ofMillis(100)).build());
    pusher.failsOnFailures = true;
    Endpoint free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = Endpoint.of("raw", host, socket.getLocalPort());
    }
    pusher.port.connect(free);
    for (int i = 0; i < 6; i++) {
      assertThat(next(pusher.connectFailures)).isNotEmpty();
    }
    if (host.equals("127.0.0.1")) {
      Rig.Receiver puller = rig.new Receiver(Options.defaults());
      puller.port.bind(free);
      next(pusher.targets);
    }
  }

  private static Socket connect(int port, String message) throws Exception {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    OutputStream out = socket.getOutputStream();
    out.write(Handshakes.of(SpRole.PUSH));
    out.write(Frames.encode(FrameType.DATA, 0, 0, Frames.EMPTY, bytes(message)));
    return socket;
  }
}
