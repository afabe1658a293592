package dev.trefoil.raw;

import static dev.trefoil.raw.HostileList.hex;
import static dev.trefoil.raw.HostileList.join;
import static dev.trefoil.raw.HostileList.openFrame;
import static dev.trefoil.raw.HostileList.word;
import static dev.trefoil.raw.Rig.bytes;
import static dev.trefoil.raw.Rig.next;
import static dev.trefoil.raw.Rig.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.RejectReason;
import dev.trefoil.TcpOptions;
import dev.trefoil.raw.wire.FrameType;
import dev.trefoil.raw.wire.Frames;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Strangers at a puller's door: each is shown out with a reason, and the next guest is served. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class HostileOpeningsTest {
  private static final int MAX = 1024;
  private static final String V0_PUSH = "00 53 50 00 00 50 00 00";
  private static final String V1_PUSH = "00 53 50 00 f0 50 00 00";

  /** For strangers who fall silent. */
  private static final Duration QUICK = Duration.ofMillis(500);

  /** For those who say something, also if they come to it late. */
  private static final Duration PATIENT = Duration.ofMinutes(2);

  private final Rig rig = new Rig();
  private Rig.Receiver puller;
  private Endpoint bound;

  @BeforeEach
  void listen() {
    listen(PATIENT);
  }

  private void listen(Duration handshake) {
    puller = rig.new Receiver(options(handshake));
    bound = puller.port.bind(Endpoint.of("raw://127.0.0.1:0"));
  }

  private static Options options(Duration handshake) {
    return Options.builder()
        .maxMessageBytes(MAX)
        .tcp(TcpOptions.builder().handshakeTimeout(handshake).build())
        .build();
  }

  @AfterEach
  void theListenerStillServes() throws Exception {
    Rig.Sender pusher = rig.new Sender(Options.defaults());
    puller.messages.clear();
    pusher.port.connect(bound);
    pusher.push(next(pusher.targets), bytes("still here"));
    assertThat(text(next(puller.messages))).isEqualTo("still here");
    rig.close();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getByName(bound.host()), bound.port());
    socket.setSoTimeout((int) Rig.LIMIT.toMillis());
    return socket;
  }

  /** Reads until the listener closes, in whichever way. */
  private static void awaitClose(Socket socket) throws IOException {
    try {
      socket.getInputStream().readAllBytes();
    } catch (SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    }
  }

  static Stream<Arguments> refused() {
    String tail = " 00 00";
    return Stream.of(
        Arguments.of("wrong byte 0", hex("01 53 50 00 00 50 00 00"), RejectReason.BAD_HELLO),
        Arguments.of("wrong byte 1", hex("00 54 50 00 00 50 00 00"), RejectReason.BAD_HELLO),
        Arguments.of("wrong byte 2", hex("00 53 51 00 00 50 00 00"), RejectReason.BAD_HELLO),
        Arguments.of("wrong version", hex("00 53 50 01 00 50 00 00"), RejectReason.WRONG_VERSION),
        Arguments.of("unknown type", hex("00 53 50 00 12 34" + tail), RejectReason.BAD_HELLO),
        Arguments.of("our type, v0", hex("00 53 50 00 00 51" + tail), RejectReason.WRONG_ROLE),
        Arguments.of("our type, v1", hex("00 53 50 00 f0 51" + tail), RejectReason.WRONG_ROLE),
        Arguments.of("another pattern", hex("00 53 50 00 00 30" + tail), RejectReason.WRONG_ROLE),
        Arguments.of("reserved 6", hex("00 53 50 00 00 50 01 00"), RejectReason.BAD_HELLO),
        Arguments.of("reserved 7", hex("00 53 50 00 00 50 00 01"), RejectReason.BAD_HELLO),
        Arguments.of("TLS hello", hex("16 03 01 02 00 01 00 01 fc 03 03"), RejectReason.BAD_HELLO),
        Arguments.of("HTTP", bytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), RejectReason.BAD_HELLO),
        Arguments.of(
            "control frame before OPEN",
            join(hex(V1_PUSH), Frames.encode(FrameType.PING, 0, 0, Frames.EMPTY, Frames.EMPTY)),
            RejectReason.BAD_HELLO),
        Arguments.of(
            "message before OPEN",
            join(hex(V1_PUSH), Frames.encode(FrameType.DATA, 0, 0, Frames.EMPTY, bytes("x"))),
            RejectReason.BAD_HELLO),
        Arguments.of(
            "OPEN of 3 bytes",
            join(hex(V1_PUSH), Frames.encode(FrameType.OPEN, 0, 0, Frames.EMPTY, bytes("abc"))),
            RejectReason.BAD_HELLO),
        Arguments.of(
            "an endless OPEN",
            join(hex(V1_PUSH), word(FrameType.word(FrameType.OPEN, 1L << 40))),
            RejectReason.BAD_HELLO));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void anOpeningThatIsNoneIsRefusedWithItsReason(String what, byte[] sent, RejectReason reason)
      throws Exception {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(sent);
      assertThat(next(puller.rejections)).as(next(puller.details)).isEqualTo(reason);
      awaitClose(socket);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
  void silenceAfterAPartOfTheHelloEndsAtTheDeadline(int count) throws Exception {
    listen(QUICK);
    String told;
    do { // again, if this thread was held up between connecting and writing
      try (Socket socket = connect()) {
        socket.getOutputStream().write(hex(V0_PUSH), 0, count);
        assertThat(next(puller.rejections)).isEqualTo(RejectReason.HANDSHAKE_TIMEOUT);
        told = next(puller.details);
        awaitClose(socket);
      }
      assertThat(told).containsPattern("[0-7] of the 8 bytes");
    } while (!told.contains(count + " of the 8 bytes"));
  }

  @Test
  void silenceInsteadOfTheOpeningFrameEndsAtTheDeadline() throws Exception {
    listen(QUICK);
    try (Socket socket = connect()) {
      socket.getOutputStream().write(hex(V1_PUSH));
      assertThat(next(puller.rejections)).isEqualTo(RejectReason.HANDSHAKE_TIMEOUT);
      awaitClose(socket);
    }
  }

  @Test
  void sevenBytesAndAnEndAreNoHandshake() throws Exception {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(hex(V0_PUSH), 0, 7);
    }
    assertThat(next(puller.rejections)).isEqualTo(RejectReason.HANDSHAKE_CLOSED);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MAX_VALUE, 1L << 31, MAX + 1})
  void aV0LengthOverTheLimitEndsTheConnection(long length) throws Exception {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(join(hex(V0_PUSH), word(length)));
      assertThat(next(puller.downs)).isEqualTo(DisconnectReason.TOO_LARGE);
      awaitClose(socket);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, (1L << 56) - 1, 1L << 31, MAX + 1})
  void aV1LengthOverTheLimitEndsTheConnection(long length) throws Exception {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(join(hex(V1_PUSH), openFrame(), word(length)));
      assertThat(next(puller.downs)).isEqualTo(DisconnectReason.TOO_LARGE);
      awaitClose(socket);
    }
  }

  @Test
  void halfAMessageAndAnEndIsAnEndByThePeer() throws Exception {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(join(hex(V0_PUSH), word(100), new byte[50]));
    }
    assertThat(next(puller.downs)).isEqualTo(DisconnectReason.CLOSED_BY_PEER);
    assertThat(puller.messages).isEmpty();
  }

  @Test
  void anUnknownV1FrameEndsTheConnection() throws Exception {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(join(hex(V1_PUSH), openFrame(), word(0x7FL << 56)));
      assertThat(next(puller.downs)).isEqualTo(DisconnectReason.MALFORMED);
      awaitClose(socket);
    }
  }

  @Test
  void aSecondOpeningFrameEndsTheConnection() throws Exception {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(join(hex(V1_PUSH), openFrame(), openFrame()));
      assertThat(next(puller.downs)).isEqualTo(DisconnectReason.MALFORMED);
      awaitClose(socket);
    }
  }

  @Test
  void aThousandSilentConnectionsAreAllTurnedAway() throws Exception {
    listen(QUICK);
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 1000; i++) {
        sockets.add(connect());
      }
      Awaitility.await().atMost(Rig.LIMIT).until(() -> puller.rejections.size() == 1000);
      assertThat(puller.rejections).containsOnly(RejectReason.HANDSHAKE_TIMEOUT);
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void handshakesBeyondTheLimitAreTurnedAwayAtOnce() throws Exception {
    TcpOptions tcp = TcpOptions.builder().maxPendingHandshakes(3).handshakeTimeout(PATIENT).build();
    Rig.Receiver busy = rig.new Receiver(Options.builder().tcp(tcp).build());
    Endpoint there = busy.port.bind(Endpoint.of("raw://127.0.0.1:0"));
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 5; i++) {
        sockets.add(new Socket(InetAddress.getByName(there.host()), there.port()));
      }
      assertThat(next(busy.rejections)).isEqualTo(RejectReason.TOO_MANY);
      assertThat(next(busy.rejections)).isEqualTo(RejectReason.TOO_MANY);
      assertThat(busy.rejections).isEmpty();
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void connectionsBeyondTheLimitAreTurnedAwayAtOnce() throws Exception {
    TcpOptions tcp = TcpOptions.builder().maxConnections(1).build();
    Rig.Receiver busy = rig.new Receiver(Options.builder().tcp(tcp).build());
    Endpoint there = busy.port.bind(Endpoint.of("raw://127.0.0.1:0"));
    Rig.Sender first = rig.new Sender(Options.defaults());
    first.port.connect(there);
    next(busy.ups);
    Rig.Sender second = rig.new Sender(Options.defaults());
    second.port.connect(there);
    assertThat(next(busy.rejections)).isEqualTo(RejectReason.TOO_MANY);
    first.port.disconnect(there);
    next(busy.downs);
    next(busy.ups);
  }
}
