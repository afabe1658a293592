package dev.trefoil.raw;

import static dev.trefoil.raw.Rig.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trefoil.Codec;
import dev.trefoil.Delivery;
import dev.trefoil.Endpoint;
import dev.trefoil.Messaging;
import dev.trefoil.Options;
import dev.trefoil.Puller;
import dev.trefoil.Pusher;
import dev.trefoil.TcpOptions;
import dev.trefoil.raw.wire.AheadBudget;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Strangers as an operator sees them: counted by reason, without harm to others or to memory. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class HostileMetersTest {
  private static final Duration QUICK = Duration.ofMillis(200);
  private static final Duration SLOW = Duration.ofSeconds(60);
  private static final long MEGABYTE = 1 << 20;

  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final Messaging messaging = Messaging.builder().meterRegistry(registry).build();

  @AfterEach
  void close() {
    messaging.close();
  }

  private Puller<byte[]> puller(Duration handshake, int maxMessage) {
    TcpOptions tcp = TcpOptions.builder().handshakeTimeout(handshake).build();
    Options options = Options.builder().maxMessageBytes(maxMessage).tcp(tcp).build();
    return messaging.puller(Codec.bytes(), options);
  }

  private void assertServes(Puller<byte[]> puller, Endpoint at) throws InterruptedException {
    try (Pusher<byte[]> pusher = messaging.pusher(Codec.bytes())) {
      pusher.connect(at);
      assertServes(puller, pusher);
    }
  }

  private static void assertServes(Puller<byte[]> puller, Pusher<byte[]> pusher)
      throws InterruptedException {
    pusher.push(bytes("still here"));
    Delivery<byte[]> delivery = puller.receive(Rig.LIMIT);
    assertThat(delivery).isNotNull();
    assertThat(delivery.value()).isEqualTo(bytes("still here"));
  }

  private static Socket connect(Endpoint at) throws IOException {
    Socket socket = new Socket(InetAddress.getByName(at.host()), at.port());
    socket.setSoTimeout((int) Rig.LIMIT.toMillis());
    return socket;
  }

  private static void awaitClose(Socket socket) throws IOException {
    try {
      socket.getInputStream().readAllBytes();
    } catch (SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    }
  }

  /** {@return the sum over all roles: the puller's, since no other is met by strangers} */
  private double count(String meter, String reason) {
    double sum = 0;
    for (Meter each : registry.find(meter).tag("reason", reason).meters()) {
      sum += each.measure().iterator().next().getValue();
    }
    return sum;
  }

  /** {@return how many connections have ended, in whichever way} */
  private double ended() {
    double sum = 0;
    for (String meter : List.of("trefoil.rejected", "trefoil.disconnects")) {
      for (Meter each : registry.find(meter).meters()) {
        sum += each.measure().iterator().next().getValue();
      }
    }
    return sum;
  }

  static List<HostileList.Entry> all() {
    return HostileList.all().toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("all")
  void eachIsCountedOnceUnderItsReason(HostileList.Entry entry) throws Exception {
    // The others must have the time to say what they do on a busy machine as well.
    Duration handshake = entry.reason().equals("handshake_timeout") ? QUICK : SLOW;
    try (Puller<byte[]> puller = puller(handshake, HostileList.MAX);
        Pusher<byte[]> friend = messaging.pusher(Codec.bytes())) {
      Endpoint at = puller.bind("raw://127.0.0.1:0");
      friend.connect(at);
      assertServes(puller, friend);
      // Whoever is held up while he greets is turned away, too; the friend is past that now.
      double before = count(entry.meter(), entry.reason());
      try (Socket stranger = connect(at)) {
        stranger.getOutputStream().write(entry.sent());
        if (entry.leaves()) {
          stranger.shutdownOutput();
        }
        awaitClose(stranger);
      }
      await().atMost(Rig.LIMIT).until(() -> count(entry.meter(), entry.reason()) == before + 1);
      assertServes(puller, friend);
      assertThat(count(entry.meter(), entry.reason())).isEqualTo(before + 1);
      assertServes(puller, at);
    }
  }

  @Test
  void theWholeListAgainAndAgainLeavesMemoryFlat() throws Exception {
    try (Puller<byte[]> puller = puller(QUICK, HostileList.MAX)) {
      Endpoint at = puller.bind("raw://127.0.0.1:0");
      for (int i = 0; i < 5; i++) {
        sendAll(at);
      }
      long heap = heapUsed();
      long direct = directUsed();
      for (int i = 0; i < 12; i++) {
        sendAll(at);
      }
      assertThat(heapUsed() - heap).isLessThan(MEGABYTE);
      assertThat(directUsed() - direct).isLessThanOrEqualTo(0);
      assertServes(puller, at);
    }
  }

  private static void sendAll(Endpoint at) throws IOException {
    List<Socket> strangers = new ArrayList<>();
    try {
      for (HostileList.Entry entry : all()) {
        Socket stranger = connect(at);
        strangers.add(stranger);
        stranger.getOutputStream().write(entry.sent());
        if (entry.leaves()) {
          stranger.shutdownOutput();
        }
      }
      for (Socket stranger : strangers) {
        awaitClose(stranger);
      }
    } finally {
      closeAll(strangers);
    }
  }

  @Test
  void aThousandThatSayNothingCostLittleAndKeepNobodyOut() throws Exception {
    try (Puller<byte[]> puller = puller(SLOW, HostileList.MAX)) {
      Endpoint at = puller.bind("raw://127.0.0.1:0");
      assertServes(puller, at);
      assertCheap(puller, at, new byte[0]);
    }
  }

  @Test
  void aThousandThatAnnounceMuchAndSendNothingCostLittle() throws Exception {
    int large = (int) (16 * MEGABYTE);
    byte[] announcement =
        HostileList.join(
            HostileList.hex("00 53 50 00 00 50 00 00"),
            ByteBuffer.allocate(8).putLong(large).array());
    try (Puller<byte[]> puller = puller(SLOW, large)) {
      Endpoint at = puller.bind("raw://127.0.0.1:0");
      assertServes(puller, at);
      assertCheap(puller, at, announcement);
    }
  }

  /** More is not bounded by what each of them sent, but by what all of them may have together. */
  @Test
  void aThousandThatBeginLargeMessagesCostNoMoreThanTheBudget() throws Exception {
    int large = (int) (16 * MEGABYTE);
    byte[] begun =
        HostileList.join(
            HostileList.hex("00 53 50 00 00 50 00 00"),
            ByteBuffer.allocate(9).putLong(large).array());
    try (Puller<byte[]> puller = puller(SLOW, large)) {
      Endpoint at = puller.bind("raw://127.0.0.1:0");
      assertServes(puller, at);
      // The heap rounds large arrays up to whole regions.
      long regions = 8 * MEGABYTE;
      assertCheap(puller, at, begun, AheadBudget.MOST_BYTES + 1000 * 64 * 1024 + regions);
    }
  }

  private void assertCheap(Puller<byte[]> puller, Endpoint at, byte[] each) throws Exception {
    assertCheap(puller, at, each, 0);
  }

  private void assertCheap(Puller<byte[]> puller, Endpoint at, byte[] each, long more)
      throws Exception {
    long heap = heapUsed();
    long direct = directUsed();
    List<Socket> strangers = new ArrayList<>();
    try {
      for (int i = 0; i < 1000; i++) {
        Socket stranger = connect(at);
        strangers.add(stranger);
        stranger.getOutputStream().write(each);
      }
      assertServes(puller, at);
      // Both ends of each connection are in this process.
      assertThat(heapUsed() - heap).isLessThan(16 * MEGABYTE + more);
      assertThat(directUsed() - direct).isLessThan(MEGABYTE);
    } finally {
      closeAll(strangers);
    }
    await().atMost(Rig.LIMIT).until(() -> puller.peers().isEmpty() && ended() >= 1000);
    strangers.clear();
    assertServes(puller, at);
    await().atMost(Rig.LIMIT).until(() -> heapUsed() - heap < MEGABYTE);
  }

  private static void closeAll(List<Socket> sockets) throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  /** {@return what lives on the heap: the least of some looks, since other threads allocate} */
  private static long heapUsed() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return least;
  }

  private static long directUsed() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }
}
