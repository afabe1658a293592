package dev.trefoil.raw;

import static dev.trefoil.raw.Rig.next;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.Hello;
import dev.trefoil.raw.wire.SpRole;
import dev.trefoil.spi.PushPort;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages around and beyond the sizes of buffers and records, over real sockets. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class LargeMessagesTest {
  private static final int[] SIZES = {
    0, 1, 16_383, 16_384, 40_000, 65_527, 65_536, 65_537, 262_143, 262_144, 262_145, 1 << 20,
    5_000_001
  };

  @TempDir private Path folder;

  private final Rig rig = new Rig();
  private final long budget = rig.aheadLeft();

  @AfterEach
  void close() {
    rig.close();
  }

  private Endpoint anywhere(String scheme) {
    return Endpoint.of(
        scheme.equals("raw+unix")
            ? scheme + "://" + folder.resolve("s")
            : scheme + "://127.0.0.1:0");
  }

  private static byte[] random(int size, int seed) {
    byte[] body = new byte[size];
    new SplittableRandom(seed).nextBytes(body);
    return body;
  }

  @ParameterizedTest
  @ValueSource(strings = {"raw", "sp", "raw+tls", "sp+tls", "raw+unix"})
  void messagesOfAllSizesArriveInOrderAndTheBudgetIsWholeAgain(String scheme) throws Exception {
    Options options = Options.builder().settings(Certificates.mutual()).build();
    Rig.Receiver puller = rig.new Receiver(options);
    Rig.Sender pusher = rig.new Sender(options);
    pusher.port.connect(puller.port.bind(anywhere(scheme)));
    PushPort.Target target = next(pusher.targets);
    for (int round = 0; round < 3; round++) {
      for (int size : SIZES) {
        pusher.push(target, random(size, size + round));
      }
    }
    for (int round = 0; round < 3; round++) {
      for (int size : SIZES) {
        byte[] got = next(puller.messages);
        assertThat(Arrays.equals(got, random(size, size + round))).as("%s bytes", size).isTrue();
      }
    }
    await().atMost(Rig.LIMIT).until(() -> rig.aheadLeft() == budget);
  }

  @Test
  void aConnectionThatEndsInTheMiddleOfAMessageGivesItsShareBack() throws Exception {
    Rig.Receiver puller = rig.new Receiver(Options.defaults());
    int port = puller.port.bind(anywhere("raw")).port();
    byte[] opening = HostileList.word(Hello.encode(SpRole.PUSH, Dialect.V0));
    for (int i = 0; i < 20; i++) {
      try (Socket pusher = new Socket(InetAddress.getLoopbackAddress(), port)) {
        pusher.getOutputStream().write(opening);
        pusher.getOutputStream().write(ByteBuffer.allocate(100_000).putLong(10 << 20).array());
        await().atMost(Rig.LIMIT).until(() -> rig.aheadLeft() == budget - (10 << 20));
        if (i % 2 == 0) {
          pusher.setSoLinger(true, 0); // it ends by a reset
        }
      }
      next(puller.downs);
      await().atMost(Rig.LIMIT).until(() -> rig.aheadLeft() == budget);
    }
    assertThat(puller.messages).isEmpty();
  }

  @Test
  void closingHereInTheMiddleOfAMessageGivesItsShareBack() throws Exception {
    Rig.Receiver puller = rig.new Receiver(Options.defaults());
    int port = puller.port.bind(anywhere("raw")).port();
    byte[] opening = HostileList.word(Hello.encode(SpRole.PUSH, Dialect.V0));
    try (Socket pusher = new Socket(InetAddress.getLoopbackAddress(), port)) {
      pusher.getOutputStream().write(opening);
      pusher.getOutputStream().write(ByteBuffer.allocate(100_000).putLong(10 << 20).array());
      await().atMost(Rig.LIMIT).until(() -> rig.aheadLeft() < budget);
      puller.port.close(Duration.ZERO);
      await().atMost(Rig.LIMIT).until(() -> rig.aheadLeft() == budget);
    }
  }
}
