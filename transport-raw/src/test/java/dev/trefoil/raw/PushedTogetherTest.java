package dev.trefoil.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trefoil.Assurance;
import dev.trefoil.Codec;
import dev.trefoil.Delivery;
import dev.trefoil.Endpoint;
import dev.trefoil.Execution;
import dev.trefoil.Messaging;
import dev.trefoil.Options;
import dev.trefoil.Puller;
import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.FrameType;
import dev.trefoil.raw.wire.Frames;
import dev.trefoil.raw.wire.Hello;
import dev.trefoil.raw.wire.Open;
import dev.trefoil.raw.wire.SpRole;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A scripted pusher writes many messages at once, all to be acknowledged, and hears what becomes of
 * each.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class PushedTogetherTest {
  private static final int MANY = 500;

  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final Messaging messaging = Messaging.builder().meterRegistry(registry).build();
  private final ExecutorService writer = Executors.newSingleThreadExecutor();

  @AfterEach
  void close() {
    messaging.close();
    writer.shutdownNow();
  }

  private static Options.Builder acknowledged() {
    return Options.builder().assurance(Assurance.AT_LEAST_ONCE);
  }

  private static Socket pusherTo(Endpoint at) throws IOException {
    Socket pusher = new Socket(InetAddress.getLoopbackAddress(), at.port());
    pusher.setSoTimeout((int) Rig.LIMIT.toMillis());
    Open open = new Open(Open.VERSION, Open.AT_LEAST_ONCE, 1 << 20, 9, 0, 0);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(HostileList.word(Hello.encode(SpRole.PUSH, Dialect.V1)));
    out.writeBytes(Frames.encode(FrameType.OPEN, 0, 0, Frames.EMPTY, open.encode()));
    pusher.getOutputStream().write(out.toByteArray());
    return pusher;
  }

  private static byte[] push(long number, int attempt, byte[] body) {
    return Frames.encode(FrameType.PUSH, number, attempt, Frames.EMPTY, body);
  }

  /** Reads until the puller has said of so many what became of them; each once. */
  private static Map<Long, String> outcomes(Socket pusher, int count) throws IOException {
    DataInputStream in = new DataInputStream(pusher.getInputStream());
    in.readFully(new byte[Hello.BYTES]);
    Map<Long, String> outcomes = new TreeMap<>();
    while (outcomes.size() < count) {
      long word = in.readLong();
      byte[] body = new byte[(int) (word & FrameType.LENGTH_MASK)];
      in.readFully(body);
      ByteBuffer content = ByteBuffer.wrap(body);
      if (word >>> 56 == FrameType.ACK) {
        while (content.hasRemaining()) {
          long last = content.getLong(content.position() + Long.BYTES);
          for (long each = content.getLong(); each <= last; each++) {
            assertThat(outcomes.put(each, "done")).isNull();
          }
          content.getLong();
        }
      } else if (word >>> 56 == FrameType.NACK) {
        assertThat(outcomes.put(content.getLong(), "not done")).isNull();
      }
    }
    return outcomes;
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void whatFailsAmongManyIsRefusedAndNothingElse(Execution execution) throws Exception {
    List<String> handled = new CopyOnWriteArrayList<>();
    Options options = acknowledged().execution(execution).handlerConcurrency(1).build();
    Puller<String> puller =
        messaging.puller(
            Codec.utf8(),
            delivery -> {
              handled.add(delivery.id().number() + " " + delivery.attempt());
              if (delivery.value().equals("bad")) {
                throw new IllegalStateException("no disk");
              }
            },
            options);
    try (Socket pusher = pusherTo(puller.bind("raw://127.0.0.1:0"))) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      for (int i = 1; i <= MANY; i++) {
        byte[] body = (i % 50 == 7 ? "bad" : "good").getBytes(StandardCharsets.UTF_8);
        byte[] undecodable = {(byte) 0xff};
        out.writeBytes(push(10_000L - i, i, i % 50 == 9 ? undecodable : body));
      }
      pusher.getOutputStream().write(out.toByteArray());
      Map<Long, String> outcomes = outcomes(pusher, MANY);
      for (int i = 1; i <= MANY; i++) {
        boolean fails = i % 50 == 7 || i % 50 == 9;
        assertThat(outcomes).containsEntry((long) i, fails ? "not done" : "done");
      }
    }
    assertThat(handled).hasSize(MANY - MANY / 50).startsWith("9999 1", "9998 2");
    assertThat(handled).last().isEqualTo((10_000 - MANY) + " " + MANY);
  }

  /** Nobody makes a pusher keep to its credit; the bound of the queue is what holds. */
  @Test
  void aPusherThatGoesBeyondItsCreditFillsTheQueueAndNoMore() throws Exception {
    int bound = 64;
    int sent = 20_000;
    Options options =
        acknowledged().receiveQueueMessages(bound).prefetch(4).prefetchUpTo(4).build();
    Puller<String> puller = messaging.puller(Codec.utf8(), options);
    try (Socket pusher = pusherTo(puller.bind("raw://127.0.0.1:0"))) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      for (int i = 1; i <= sent; i++) {
        out.writeBytes(push(i, 1, Frames.EMPTY));
      }
      Future<?> written =
          writer.submit(
              () -> {
                pusher.getOutputStream().write(out.toByteArray());
                return null;
              });
      await().atMost(Rig.LIMIT).until(() -> depth() >= bound);
      for (int i = 1; i <= sent; i++) {
        assertThat(depth()).isLessThanOrEqualTo(bound + bound / 16.0);
        Delivery<String> next = puller.receive(Duration.ofSeconds(20));
        assertThat(next).isNotNull();
        assertThat(next.id().number()).isEqualTo(i);
        next.acknowledge();
      }
      written.get(20, TimeUnit.SECONDS);
      assertThat(outcomes(pusher, sent)).doesNotContainValue("not done");
    }
  }

  private double depth() {
    return registry.get("trefoil.queue.depth").gauge().value();
  }

  /** What is whole before the connection breaks off is there, and the rest of a message is not. */
  @Test
  void whatCameWholeBeforeTheConnectionBrokeOffIsHandledAsEverything() throws Exception {
    Puller<String> puller = messaging.puller(Codec.utf8(), acknowledged().build());
    try (Socket pusher = pusherTo(puller.bind("raw://127.0.0.1:0"))) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      for (int i = 1; i <= MANY; i++) {
        out.writeBytes(push(i, 1, Frames.EMPTY));
      }
      pusher.getOutputStream().write(out.toByteArray(), 0, out.size() - 3);
    }
    for (int i = 1; i < MANY; i++) {
      Delivery<String> next = puller.receive(Duration.ofSeconds(20));
      assertThat(next).isNotNull();
      assertThat(next.id().number()).isEqualTo(i);
      next.acknowledge();
    }
    await().atMost(Rig.LIMIT).until(() -> puller.peers().isEmpty());
    assertThat(puller.receive(Duration.ZERO)).isNull();
  }
}
