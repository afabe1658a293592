package dev.trefoil.raw;

import static dev.trefoil.raw.Rig.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Codec;
import dev.trefoil.DrainReport;
import dev.trefoil.Messaging;
import dev.trefoil.Replier;
import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.FrameType;
import dev.trefoil.raw.wire.Frames;
import dev.trefoil.raw.wire.Hello;
import dev.trefoil.raw.wire.Open;
import dev.trefoil.raw.wire.SpRole;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A drain waits for what scripted requesters have on their way, and for no more than that. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class LastWordTest {
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration LONG = Duration.ofSeconds(50);

  /** Far below the long one. */
  private static final Duration SOON = Duration.ofSeconds(20);

  private final Messaging messaging = Messaging.create();
  private Replier<String, String> replier;
  private Socket requester;
  private OutputStream out;
  private DataInputStream in;

  @BeforeEach
  void open() throws IOException {
    replier = messaging.replier(Codec.utf8(), Codec.utf8(), text -> "re: " + text);
    int port = replier.bind("raw://127.0.0.1:0").port();
    requester = new Socket(InetAddress.getLoopbackAddress(), port);
    out = requester.getOutputStream();
    in = new DataInputStream(requester.getInputStream());
  }

  @AfterEach
  void close() throws IOException {
    requester.close();
    messaging.close();
  }

  private static byte[] frame(int type) {
    return Frames.encode(type, 0, 0, Frames.EMPTY, Frames.EMPTY);
  }

  /** Becomes a peer. */
  private void greet(int flags) throws Exception {
    byte[] open = new Open(Open.VERSION, flags, 1 << 20, 0, 0, 0).encode();
    out.write(ByteBuffer.allocate(8).putLong(Hello.encode(SpRole.REQ, Dialect.V1)).array());
    out.write(Frames.encode(FrameType.OPEN, 0, 0, Frames.EMPTY, open));
    assertThat(replier.awaitPeers(1, SOON)).isTrue();
    in.readNBytes(Hello.BYTES);
    assertThat(nextType()).isEqualTo(FrameType.OPEN);
  }

  private void ask(int id) throws IOException {
    byte[] body = bytes("?");
    out.write(
        Frames.encode(FrameType.REQUEST, (long) id << 32 | 0xFFFF_FFFFL, 0, Frames.EMPTY, body));
  }

  /** Reads a frame; -1 at the end. */
  private int nextType() throws IOException {
    int type = in.read();
    if (type >= 0) {
      long length = ByteBuffer.allocate(8).put(1, in.readNBytes(7)).getLong(0);
      in.readNBytes(Math.toIntExact(length));
    }
    return type;
  }

  private CompletableFuture<DrainReport> drain(Duration timeout) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return replier.drain(timeout);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static void isClean(CompletableFuture<DrainReport> drain) {
    assertThat(drain).succeedsWithin(SOON).isEqualTo(DrainReport.CLEAN);
  }

  @Test
  void whatComesBeforeTheLastWordIsAnswered() throws Exception {
    greet(Open.SAYS_LAST);
    CompletableFuture<DrainReport> drain = drain(LONG);
    assertThat(nextType()).isEqualTo(FrameType.GOODBYE);
    for (int id = 1; id <= 3; id++) {
      ask(id);
      assertThat(nextType()).isEqualTo(FrameType.REPLY);
    }
    assertThat(drain).isNotDone();
    out.write(frame(FrameType.LAST));
    isClean(drain);
    assertThat(nextType()).isEqualTo(-1);
  }

  @Test
  void whoNeverSaysItHoldsADrainUpForItsTime() throws Exception {
    greet(Open.SAYS_LAST);
    long start = System.nanoTime();
    isClean(drain(SHORT));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(SHORT);
  }

  @Test
  void whoGoesInsteadIsNotWaitedFor() throws Exception {
    greet(Open.SAYS_LAST);
    CompletableFuture<DrainReport> drain = drain(LONG);
    assertThat(nextType()).isEqualTo(FrameType.GOODBYE);
    requester.close();
    isClean(drain);
  }

  @Test
  void whoDoesNotKnowTheWordIsNotWaitedFor() throws Exception {
    greet(0);
    isClean(drain(LONG));
  }

  @Test
  void aStrangerWhoSaysNothingIsNotWaitedFor() {
    isClean(drain(LONG));
  }

  @Test
  void aLastWordThatNobodyAskedForHarmsNobody() throws Exception {
    greet(Open.SAYS_LAST);
    for (int i = 0; i < 10_000; i++) {
      out.write(frame(FrameType.LAST));
      out.write(frame(FrameType.GOODBYE));
    }
    ask(7);
    assertThat(nextType()).isEqualTo(FrameType.REPLY);
    isClean(drain(LONG));
  }
}
