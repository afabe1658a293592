package dev.trefoil.raw;

import static dev.trefoil.raw.Rig.bytes;
import static dev.trefoil.raw.Rig.next;
import static dev.trefoil.raw.Rig.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.FrameType;
import dev.trefoil.raw.wire.Frames;
import dev.trefoil.raw.wire.Hello;
import dev.trefoil.raw.wire.SpRole;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A connection that is not read, since its role is full, still shows that its peer has gone. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class PausedPeersTest {
  private static final Endpoint ANYWHERE = Endpoint.of("raw://127.0.0.1:0");
  private static final Options QUICK =
      Options.builder().heartbeatInterval(Duration.ofMillis(100)).build();

  private final Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  private static byte[] opening(Dialect dialect, SpRole role) {
    return dialect == Dialect.V1
        ? Handshakes.of(role)
        : HostileList.word(Hello.encode(role, dialect));
  }

  /**
   * An opening with what follows it at once. In two writes the second could come so late that the
   * peer is lost by its heartbeats first, since nothing pauses until then.
   */
  private static byte[] opening(Dialect dialect, SpRole role, byte[] first) {
    return HostileList.join(opening(dialect, role), first);
  }

  private static byte[] message(String text) {
    return Frames.encode(FrameType.DATA, 0, 0, Frames.EMPTY, bytes(text));
  }

  private static byte[] request(Dialect dialect, int id) {
    return dialect == Dialect.V1
        ? Frames.encode(
            FrameType.REQUEST, (long) id << 32 | 0xFFFF_FFFFL, 0, Frames.EMPTY, bytes("x"))
        : Frames.encode(
            FrameType.DATA, 0, 0, ByteBuffer.allocate(4).putInt(1 << 31 | id).array(), bytes("x"));
  }

  /** A puller that takes one message, then pauses. */
  private Rig.Receiver full() {
    Rig.Receiver puller = rig.new Receiver(QUICK);
    puller.limit = 1;
    return puller;
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void aPusherThatDiesIsMissedAtOnceAndItsMessagesStillCome(Dialect dialect) throws Exception {
    Rig.Receiver puller = full();
    int port = puller.port.bind(ANYWHERE).port();
    try (Socket pusher = new Socket(InetAddress.getLoopbackAddress(), port)) {
      OutputStream out = pusher.getOutputStream();
      out.write(opening(dialect, SpRole.PUSH, message("message 0")));
      for (int i = 1; i < 100; i++) {
        out.write(message("message " + i));
      }
      next(puller.ups);
      await().atMost(Rig.LIMIT).until(() -> puller.messages.size() == 1);
    }
    assertThat(next(puller.downs)).isIn(DisconnectReason.CLOSED_BY_PEER, DisconnectReason.RESET);
    assertThat(puller.messages).hasSize(1);

    puller.limit = Integer.MAX_VALUE;
    puller.port.resume();
    for (int i = 0; i < 100; i++) {
      assertThat(text(next(puller.messages))).isEqualTo("message " + i);
    }
    assertNothingIsLeft(puller);
  }

  /** The puller's own heartbeat is far slower than the pusher's. */
  @Test
  void anAnxiousPusherDoesNotLoseAPullerThatPauses() throws Exception {
    Rig.Receiver puller = rig.new Receiver(Options.builder().build());
    puller.limit = 1;
    int port = puller.port.bind(ANYWHERE).port();
    try (Socket pusher = new Socket(InetAddress.getLoopbackAddress(), port)) {
      pusher.setSoTimeout((int) Rig.LIMIT.toMillis());
      OutputStream out = pusher.getOutputStream();
      out.write(Handshakes.of(SpRole.PUSH, 50));
      out.write(message("one"));
      out.write(message("two"));
      await().atMost(Rig.LIMIT).until(() -> puller.messages.size() == 1);
      DataInputStream in = new DataInputStream(pusher.getInputStream());
      in.readFully(new byte[opening(Dialect.V1, SpRole.PULL).length]);
      assertThat(in.readLong()).isEqualTo(FrameType.word(FrameType.PONG, 1));
      assertThat(in.readByte()).isEqualTo(Frames.PAUSED);
      // What is asked before it pauses, or in between, gets no answer that could do harm.
      out.write(Frames.encode(FrameType.PING, 0, 0, Frames.EMPTY, Frames.EMPTY));
      out.write(message("three"));
      for (int i = 2; i < 4; i++) {
        puller.limit = i;
        puller.port.resume();
        await().atMost(Rig.LIMIT).until(() -> puller.messages.size() == puller.limit);
      }
      pusher.setSoTimeout(300);
      assertThatThrownBy(in::readByte).isInstanceOf(SocketTimeoutException.class);

      puller.limit = Integer.MAX_VALUE;
      puller.port.resume();
      pusher.setSoTimeout((int) Rig.LIMIT.toMillis());
      assertThat(in.readLong()).isEqualTo(FrameType.word(FrameType.PONG, 0));
      out.write(Frames.encode(FrameType.PING, 0, 0, Frames.EMPTY, Frames.EMPTY));
      assertThat(in.readLong()).isEqualTo(FrameType.word(FrameType.PONG, 0));
    }
  }

  /** As soon as it reads again it has to show life like anybody else. */
  @Test
  void aPullerThatHasPausedAndThenFallsSilentIsLost() throws Exception {
    Rig.Sender pusher = rig.new Sender(QUICK);
    int port = pusher.port.bind(ANYWHERE).port();
    try (Socket puller = new Socket(InetAddress.getLoopbackAddress(), port)) {
      OutputStream out = puller.getOutputStream();
      byte[] opening = Handshakes.of(SpRole.PULL, 50);
      byte[] paused = pong(Frames.PAUSED);
      out.write(
          ByteBuffer.allocate(opening.length + paused.length).put(opening).put(paused).array());
      next(pusher.ups);
      // Far more than the intervals that a silent peer has.
      assertThat(pusher.downs.poll(1, TimeUnit.SECONDS)).isNull();
      out.write(pong());
      assertThat(next(pusher.downs)).isEqualTo(DisconnectReason.HEARTBEAT);
    }
  }

  private static byte[] pong(byte... body) {
    return Frames.encode(FrameType.PONG, 0, 0, Frames.EMPTY, body);
  }

  private static void assertNothingIsLeft(Rig.Receiver puller) {
    // Close waits for connections: it would take all of this time if one were left.
    long before = System.nanoTime();
    puller.port.close(Rig.LIMIT);
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Rig.LIMIT);
    assertThat(puller.downs).isEmpty();
  }

  /** Its system goes on delivering, unless it hears anything. */
  @ParameterizedTest
  @EnumSource(Dialect.class)
  void aFloodingPusherThatClosesIsMissedOnceItsMessagesAreRead(Dialect dialect) throws Exception {
    Rig.Receiver puller = full();
    int port = puller.port.bind(ANYWHERE).port();
    int sent;
    try (SocketChannel pusher =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
      // With heartbeats as quick as the puller's, on which it might say something.
      byte[] opening =
          dialect == Dialect.V1 ? Handshakes.of(SpRole.PUSH, 100) : opening(dialect, SpRole.PUSH);
      pusher.write(ByteBuffer.wrap(HostileList.join(opening, message("first"))));
      next(puller.ups);
      pusher.configureBlocking(false);
      sent = 1 + flood(pusher);
      int answer =
          dialect == Dialect.V1
              ? Handshakes.of(SpRole.PULL).length + pong(Frames.PAUSED).length
              : opening(dialect, SpRole.PULL).length;
      ByteBuffer in = ByteBuffer.allocate(answer + 1);
      // Unread, it would make a reset of the close.
      await().atMost(Rig.LIMIT).until(() -> pusher.read(in) >= 0 && in.position() == answer);
    }
    assertThat(puller.downs.poll(500, TimeUnit.MILLISECONDS)).isNull();
    assertThat(puller.messages).hasSize(1);
    puller.limit = Integer.MAX_VALUE;
    puller.port.resume();
    assertThat(next(puller.downs)).isEqualTo(DisconnectReason.CLOSED_BY_PEER);
    assertThat(puller.messages).hasSize(sent);
    assertNothingIsLeft(puller);
  }

  /** More than is read ahead: only a failing heartbeat can tell, where the wire has them. */
  @Test
  void aFloodingRequesterThatDiesIsMissedWhenAHeartbeatFails() throws Exception {
    Rig.Answerer replier = rig.new Answerer(QUICK);
    replier.limit = 1;
    replier.echo = false;
    int port = replier.port.bind(ANYWHERE).port();
    try (Socket requester = new Socket(InetAddress.getLoopbackAddress(), port)) {
      OutputStream out = requester.getOutputStream();
      out.write(opening(Dialect.V1, SpRole.REQ, request(Dialect.V1, 1)));
      for (int i = 2; i <= 10_000; i++) {
        out.write(request(Dialect.V1, i));
      }
      next(replier.ups);
      await().atMost(Rig.LIMIT).until(() -> replier.requests.size() == 1);
      assertThat(replier.downs).isEmpty();
    }
    assertThat(next(replier.downs)).isEqualTo(DisconnectReason.RESET);
    assertThat(replier.requests).hasSize(1);
  }

  /** On v0 nothing may be written to a pusher, and its end is behind more than is read ahead. */
  @ParameterizedTest
  @EnumSource(Dialect.class)
  void aFloodingPusherThatIsResetIsMissedAndWhatHadComeIsNotLost(Dialect dialect) throws Exception {
    Rig.Receiver puller = full();
    int port = puller.port.bind(ANYWHERE).port();
    try (SocketChannel pusher =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
      pusher.write(ByteBuffer.wrap(opening(dialect, SpRole.PUSH, message("first"))));
      next(puller.ups);
      pusher.configureBlocking(false);
      flood(pusher);
      assertThat(puller.downs.poll(500, TimeUnit.MILLISECONDS)).isNull();
      // Closing without waiting is a reset, as of a process that is killed with bytes unread.
      pusher.setOption(StandardSocketOptions.SO_LINGER, 0);
    }
    assertThat(next(puller.downs)).isEqualTo(DisconnectReason.RESET);
    assertThat(puller.messages).hasSize(1);
    puller.limit = Integer.MAX_VALUE;
    puller.port.resume();
    await().atMost(Rig.LIMIT).until(() -> puller.messages.size() * 10_000 > 64 * 1024);
    assertNothingIsLeft(puller);
  }

  @Test
  void aFloodingRequesterThatIsResetIsMissed() throws Exception {
    Rig.Answerer replier = rig.new Answerer(QUICK);
    replier.limit = 1;
    replier.echo = false;
    int port = replier.port.bind(ANYWHERE).port();
    try (Socket requester = new Socket(InetAddress.getLoopbackAddress(), port)) {
      OutputStream out = requester.getOutputStream();
      out.write(opening(Dialect.V0, SpRole.REQ));
      for (int i = 1; i <= 10_000; i++) {
        out.write(request(Dialect.V0, i));
      }
      next(replier.ups);
      await().atMost(Rig.LIMIT).until(() -> replier.requests.size() == 1);
      requester.setSoLinger(true, 0);
    }
    assertThat(next(replier.downs)).isEqualTo(DisconnectReason.RESET);
    assertThat(replier.requests).hasSize(1);
  }

  /** The same connection is watched, read and watched again. */
  @Test
  void pausingAgainAndAgainStillShowsTheEnd() throws Exception {
    Rig.Receiver puller = full();
    int port = puller.port.bind(ANYWHERE).port();
    try (SocketChannel pusher =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
      pusher.write(ByteBuffer.wrap(opening(Dialect.V0, SpRole.PUSH)));
      next(puller.ups);
      pusher.configureBlocking(false);
      for (int i = 2; i < 5; i++) {
        flood(pusher);
        // Long enough for it to be looked at.
        assertThat(puller.downs.poll(300, TimeUnit.MILLISECONDS)).isNull();
        puller.limit = puller.messages.size() + 3;
        puller.port.resume();
        await().atMost(Rig.LIMIT).until(() -> puller.messages.size() >= puller.limit);
      }
      flood(pusher);
      pusher.setOption(StandardSocketOptions.SO_LINGER, 0);
    }
    assertThat(next(puller.downs)).isEqualTo(DisconnectReason.RESET);
  }

  private static long descriptors() {
    return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getOpenFileDescriptorCount();
  }

  @Test
  void whatWasWatchedGivesItsDescriptorsBackWhenItIsClosedHere() throws Exception {
    int many = 40;
    Rig.Receiver puller = full();
    int port = puller.port.bind(ANYWHERE).port();
    long before = descriptors();
    List<Socket> pushers = new ArrayList<>();
    try {
      for (int i = 0; i < many; i++) {
        Socket pusher = new Socket(InetAddress.getLoopbackAddress(), port);
        pushers.add(pusher);
        pusher.getOutputStream().write(opening(Dialect.V0, SpRole.PUSH));
        for (int j = 0; j < 12; j++) {
          pusher.getOutputStream().write(message("x".repeat(10_000)));
        }
        next(puller.ups);
      }
      // Long enough for them to be looked at.
      assertThat(puller.downs.poll(500, TimeUnit.MILLISECONDS)).isNull();
      puller.port.close(Duration.ZERO);
    } finally {
      for (Socket pusher : pushers) {
        pusher.close();
      }
    }
    // Fewer than one for two: what a loop keeps is a selector.
    await().atMost(Rig.LIMIT).until(() -> descriptors() < before + many / 2);
  }

  /** {@return how many messages have left as a whole} */
  private static int flood(SocketChannel pusher) throws IOException {
    ByteBuffer frame = ByteBuffer.wrap(message("x".repeat(10_000)));
    int idle = 0;
    int whole = 0;
    while (idle < 1000) {
      idle = pusher.write(frame) == 0 ? idle + 1 : 0;
      if (!frame.hasRemaining()) {
        frame.rewind();
        whole++;
      }
    }
    return whole;
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void aRequesterThatDiesTakesItsUnreadRequestsAlong(Dialect dialect) throws Exception {
    Rig.Answerer replier = rig.new Answerer(QUICK);
    replier.limit = 1;
    replier.echo = false;
    int port = replier.port.bind(ANYWHERE).port();
    try (Socket requester = new Socket(InetAddress.getLoopbackAddress(), port)) {
      OutputStream out = requester.getOutputStream();
      out.write(opening(dialect, SpRole.REQ, request(dialect, 1)));
      for (int i = 2; i <= 100; i++) {
        out.write(request(dialect, i));
      }
      next(replier.ups);
      await().atMost(Rig.LIMIT).until(() -> replier.requests.size() == 1);
    }
    assertThat(next(replier.downs)).isIn(DisconnectReason.CLOSED_BY_PEER, DisconnectReason.RESET);
    replier.limit = Integer.MAX_VALUE;
    replier.port.resume();
    try (Socket other = new Socket(InetAddress.getLoopbackAddress(), port)) {
      other.getOutputStream().write(opening(dialect, SpRole.REQ));
      next(replier.ups);
    }
    next(replier.downs);
    assertThat(replier.requests).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void aLivePeerIsNotMissed(Dialect dialect) throws Exception {
    Rig.Receiver puller = full();
    int port = puller.port.bind(ANYWHERE).port();
    try (Socket pusher = new Socket(InetAddress.getLoopbackAddress(), port)) {
      pusher.getOutputStream().write(opening(dialect, SpRole.PUSH, message("one")));
      pusher.getOutputStream().write(message("two"));
      await().atMost(Rig.LIMIT).until(() -> puller.messages.size() == 1);
      assertThat(puller.downs.poll(500, TimeUnit.MILLISECONDS)).isNull();
      assertThat(puller.messages).hasSize(1);
      puller.limit = Integer.MAX_VALUE;
      puller.port.resume();
      assertThat(text(next(puller.messages))).isEqualTo("one");
      assertThat(text(next(puller.messages))).isEqualTo("two");
    }
    // It answers no heartbeats: read again it is missed if this thread is held up before it closes.
    assertThat(next(puller.downs))
        .isIn(DisconnectReason.CLOSED_BY_PEER, DisconnectReason.RESET, DisconnectReason.HEARTBEAT);
  }
}
