package dev.trefoil.tck;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.trefoil.Codec;
import dev.trefoil.CodecException;
import dev.trefoil.Endpoint;
import dev.trefoil.MessageTooLargeException;
import dev.trefoil.OverloadedException;
import dev.trefoil.Publisher;
import dev.trefoil.Puller;
import dev.trefoil.Pusher;
import dev.trefoil.RemoteException;
import dev.trefoil.Replier;
import dev.trefoil.Requester;
import dev.trefoil.Subscriber;
import dev.trefoil.TcpOptions;
import dev.trefoil.TimedOutException;
import dev.trefoil.spi.Capability;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What is bounded, what is refused, and misuse. */
abstract class LimitRules extends Rules {
  private static final int LIMIT = 10_000;
  private static final int BYTES = 4096;
  private static final Duration SHORT = Duration.ofMillis(300);

  LimitRules(TransportTest kit) {
    super(kit);
  }

  @Test
  void m1_shouldRefuseToSendWhatIsTooLarge() throws Exception {
    String large = "x".repeat(LIMIT + 1);
    Requester<String, String> asks = near().requester(options().maxMessageBytes(LIMIT));
    Publisher<String> publishes = near().publisher(options().maxMessageBytes(LIMIT));
    Pusher<String> pushes = near().pusher(options().maxMessageBytes(LIMIT));
    Puller<String> pulls = far().puller(options().maxMessageBytes(LIMIT));
    link(pushes, pulls);
    List<ThrowingCallable> calls =
        List.of(
            () -> asks.request(large),
            () -> asks.requestAsync(large),
            () -> publishes.publish("t", large),
            () -> pushes.push(large),
            () -> pushes.tryPush(large));
    for (ThrowingCallable call : calls) {
      MessageTooLargeException failure = catchThrowableOfType(MessageTooLargeException.class, call);
      assertThat(failure).as("sending %s bytes with a limit of %s", LIMIT + 1, LIMIT).isNotNull();
      assertThat(failure.size()).isGreaterThan(LIMIT);
    }
    pushes.push(large.substring(1));
    assertThat(takeOne(pulls::receive).value()).as("a message of just the limit").hasSize(LIMIT);
  }

  @Test
  void m1_shouldPassMessagesOfEverySize() throws Exception {
    Requester<byte[], byte[]> asks =
        near().messaging().requester(Codec.bytes(), Codec.bytes(), options().build());
    Replier<byte[], byte[]> answers =
        far().messaging().replier(Codec.bytes(), Codec.bytes(), body -> body, options().build());
    link(answers, asks);
    for (int size : new int[] {0, 1, 254, 255, 256, 8191, 8192, 8193, 65_536, 1_000_000}) {
      byte[] body = new byte[size];
      for (int i = 0; i < size; i++) {
        body[i] = (byte) (i * 31 + size);
      }
      assertThat(asks.request(body.clone())).as("an echo of %s bytes", size).isEqualTo(body);
    }
  }

  @Test
  void m1_shouldDisconnectAPeerThatSendsTooMuch() throws Exception {
    Events events = new Events();
    Puller<String> pulls = far().puller(options().maxMessageBytes(LIMIT).peerListener(events));
    Pusher<String> modest = near().pusher(options());
    Pusher<String> excessive = near().pusher(options());
    Endpoint at = link(pulls, modest);
    modest.push("before");
    assertThat(takeOne(pulls::receive).value()).isEqualTo("before");
    excessive.connect(at);
    awaitPeers(excessive, 1);
    if (isRefused(excessive, "x".repeat(LIMIT + 1))) {
      assertThat(isOver(events)).as("a disconnect for a message that was refused").isFalse();
    } else {
      eventually(
          "the connection with a message over the limit to close, where the pusher does not know"
              + " the limit of its peer and so does not refuse the message",
          () -> isOver(events));
      assertThat(events.of(Events.Kind.DISCONNECTED).get(0).reason()).isEqualTo("TOO_LARGE");
      assertThat(far().measured("trefoil.disconnects", "reason", "too_large")).isPositive();
    }
    modest.push("after");
    assertThat(takeOne(pulls::receive).value())
        .as("the next message: the large one is not delivered, others are unaffected")
        .isEqualTo("after");
    assertThat(modest.peers()).as("peers of the one that sent nothing large").hasSize(1);
  }

  private static boolean isOver(Events events) {
    return events.first(Events.Kind.DISCONNECTED).isPresent();
  }

  @Test
  void m1_shouldRefuseAReplyThatIsTooLarge() throws Exception {
    Replier<String, String> answers =
        far().replier(request -> "x".repeat(LIMIT + 1), options().maxMessageBytes(LIMIT));
    Requester<String, String> asks = near().requester(options());
    link(answers, asks);
    if (has(Capability.ERROR_REPLIES)) {
      assertThatThrownBy(() -> asks.request("?"))
          .isInstanceOf(RemoteException.class)
          .hasMessageContaining("" + LIMIT);
    } else {
      assertThatThrownBy(() -> asks.request("?", SHORT)).isInstanceOf(TimedOutException.class);
    }
  }

  /** Whether push names the limit of the peer, for the transports whose wire tells it. */
  private static boolean isRefused(Pusher<String> pusher, String large)
      throws InterruptedException {
    try {
      pusher.push(large);
      return false;
    } catch (MessageTooLargeException e) {
      assertThat(e.limit()).isEqualTo(LIMIT);
      assertThat(e.peer()).as("whose limit it is").isNotNull();
      return true;
    }
  }

  @Test
  void m2_shouldNotLetSilentStrangersKeepOthersOut() throws Exception {
    TcpOptions tcp =
        kit.options().build().tcp().toBuilder()
            .handshakeTimeout(SHORT)
            .maxPendingHandshakes(8)
            .build();
    Events events = new Events();
    Replier<String, String> answers =
        far().replier(request -> request, options().tcp(tcp).peerListener(events));
    Endpoint at = bind(answers);
    List<Socket> strangers = new ArrayList<>();
    try {
      for (int i = 0; at.hasHost() && i < 20; i++) {
        strangers.add(new Socket(InetAddress.getLoopbackAddress(), at.port()));
      }
      Requester<String, String> asks = near().requester(options());
      asks.connect(at);
      assertThat(asks.idempotent().request("served?")).isEqualTo("served?");
      for (Socket stranger : strangers) {
        stranger.setSoTimeout(Math.toIntExact(limit().toMillis()));
        assertThat(untilClosed(stranger)).as("the other side closes a silent handshake").isTrue();
      }
    } finally {
      for (Socket stranger : strangers) {
        stranger.close();
      }
    }
    eventually(
        "every stranger to be counted in trefoil.rejected",
        () -> far().measured("trefoil.rejected") >= strangers.size());
    eventually(
        "every stranger to be told",
        () -> events.of(Events.Kind.REJECTED).size() >= strangers.size());
  }

  /** Reads whatever greeting the other side sends, up to the end. */
  private static boolean untilClosed(Socket socket) throws java.io.IOException {
    try {
      while (socket.getInputStream().read() >= 0) {
        Thread.onSpinWait();
      }
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (java.net.SocketException e) {
      return true; // reset, which is closed as well
    }
    return true;
  }

  @Test
  void m2_shouldCapConnections() throws Exception {
    TcpOptions tcp = kit.options().build().tcp().toBuilder().maxConnections(2).build();
    Events events = new Events();
    Replier<String, String> answers =
        far().replier(request -> request, options().tcp(tcp).peerListener(events));
    Requester<String, String> first = near().requester(options());
    Requester<String, String> second = near().requester(options());
    Endpoint at = link(answers, first, second);
    if (!at.hasHost()) {
      assertThat(answers.peers()).as("peers, where there are no connections").hasSize(2);
      return;
    }
    Requester<String, String> third = near().requester(options());
    third.connect(at);
    eventually(
        "a third connection to be turned away",
        () ->
            events.of(Events.Kind.REJECTED).stream()
                .anyMatch(event -> event.reason().equals("TOO_MANY")));
    assertThat(answers.peers()).hasSize(2);
    first.close();
    awaitPeers(third, 1);
    assertThat(third.request("my turn")).isEqualTo("my turn");
  }

  @Test
  void m3_shouldBoundRequestsThatWaitForAPeer() throws Exception {
    Requester<String, String> asks = near().requester(options().sendQueueMessages(4));
    Endpoint at = bind(asks);
    List<CompletableFuture<String>> waiting = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      waiting.add(asks.requestAsync("" + i));
    }
    assertThat(asks.requestAsync("one too many"))
        .failsWithin(SOON)
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(OverloadedException.class);
    assertThat(asks.outstanding()).isEqualTo(4);
    far().replier(request -> "re: " + request, options()).connect(at);
    for (int i = 0; i < 4; i++) {
      assertThat(waiting.get(i)).succeedsWithin(limit()).isEqualTo("re: " + i);
    }
  }

  @Test
  void m3_shouldBoundBytes() throws Exception {
    long bound = 8L * BYTES;
    Pusher<String> pushes = near().pusher(tight().sendQueueMessages(4096).sendQueueBytes(bound));
    Puller<String> pulls =
        far().puller(tight().receiveQueueMessages(4096).receiveQueueBytes(bound));
    link(pushes, pulls);
    int taken = pushUntilFull(pushes, 0, BYTES);
    assertThat(taken)
        .as("messages of %s bytes taken without a reader, with %s bytes on each side", BYTES, bound)
        .isLessThan(1000);
    // The puller's queue is full, and holds no more than its bytes.
    eventuallyMeasured(8, far(), "trefoil.queue.depth", "role", "puller");
    assertThat(number(take(pulls::receive, taken).get(taken - 1).value())).isEqualTo(taken - 1);
  }

  @Test
  void m3_shouldLetOneMessageInWhateverItsSize() throws Exception {
    Pusher<String> pushes = near().pusher(options().sendQueueBytes(1).sendQueueMessages(1));
    Puller<String> pulls = far().puller(options().receiveQueueBytes(1).receiveQueueMessages(1));
    link(pulls, pushes);
    Call<Boolean> pushing =
        call(
            "pushing",
            () -> {
              for (int i = 0; i < 20; i++) {
                pushes.push(heavy(i, 50_000));
              }
              return true;
            });
    assertThat(number(take(pulls::receive, 20).get(19).value())).isEqualTo(19);
    pushing.result(limit());
  }

  @Test
  void m4_shouldKeepOneMessageOne() throws Exception {
    Pusher<byte[]> pushes = near().messaging().pusher(Codec.bytes(), options().build());
    Puller<byte[]> pulls = far().messaging().puller(Codec.bytes(), options().build());
    Endpoint at = link(pulls, pushes);
    List<byte[]> bodies =
        List.of(
            new byte[0],
            new byte[] {0},
            new byte[8],
            new byte[64],
            new byte[] {1, 0},
            new byte[] {0, 0, 0, 0, 0, 0, 0, 1, 0},
            new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff},
            new byte[] {0, 'S', 'P', 0, 0, 0x50, 0, 0});
    for (byte[] body : bodies) {
      pushes.push(body.clone());
    }
    for (byte[] body : bodies) {
      assertThat(takeOne(pulls::receive).value()).as("a body like a frame").isEqualTo(body);
    }
    if (kit.sendMultipart(at)) {
      eventually("a multipart message to be counted", () -> far().dropped("multipart") > 0);
      pushes.push(new byte[] {42});
      assertThat(takeOne(pulls::receive).value())
          .as("the next message: none of the multipart one's frames")
          .isEqualTo(new byte[] {42});
    }
  }

  @Test
  void m5_shouldRefuseNull() throws Exception {
    Requester<String, String> asks = near().requester(options());
    Publisher<String> publishes = near().publisher(options());
    Subscriber<String> wants = near().subscriber(options());
    Pusher<String> pushes = near().pusher(options());
    Misuse misuse = new Misuse();
    List<ThrowingCallable> calls =
        List.of(
            () -> asks.request(misuse.nothing()),
            () -> asks.requestAsync(misuse.nothing()),
            () -> asks.request("?", misuse.nothing()),
            () -> asks.bind(misuse.<Endpoint>nothing()),
            () -> asks.bind(misuse.<String>nothing()),
            () -> asks.connect(misuse.<String>nothing()),
            () -> publishes.publish(misuse.nothing(), "?"),
            () -> publishes.publish("t", misuse.nothing()),
            () -> wants.subscribe(misuse.nothing()),
            () -> wants.receive(misuse.nothing()),
            () -> pushes.push(misuse.nothing()),
            () -> pushes.tryPush(misuse.nothing()),
            () -> near().messaging().pusher(misuse.nothing()));
    for (ThrowingCallable call : calls) {
      assertThatThrownBy(call)
          .as("a null")
          .isInstanceOf(NullPointerException.class)
          .message()
          .isNotBlank();
    }
    assertThat(asks.outstanding()).isZero();
  }

  /** Gives null where nullness checks would not let it be written. */
  private static final class Misuse {
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    <T> T nothing() {
      return null;
    }
  }

  @Test
  void m5_shouldRefuseATopicThatIsTooLong() {
    String longest = "t".repeat(65_535);
    Publisher<String> publishes = far().publisher(options());
    Subscriber<String> wants = near().subscriber(options());
    wants.subscribe(longest);
    assertThatThrownBy(() -> wants.subscribe(longest + "t")).hasMessageContaining("65535");
    assertThatThrownBy(() -> publishes.publish(longest + "t", "v")).hasMessageContaining("65535");
  }

  @Test
  void m5_shouldRefuseDurationsThatMakeNoSense() {
    Requester<String, String> asks = near().requester(options());
    Duration negative = Duration.ofSeconds(-1);
    assertThatThrownBy(() -> asks.request("?", negative))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> asks.awaitPeers(1, negative))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> asks.drain(negative)).isInstanceOf(IllegalArgumentException.class);
    assertThat(asks.peers()).as("the role is still there").isEmpty();
  }

  /** A codec that throws for some values. */
  private static final class Picky implements Codec<String> {
    @Override
    public byte[] encode(String value) {
      if (value.startsWith("unspeakable")) {
        throw new IllegalArgumentException("I will not say it");
      }
      return value.getBytes(UTF_8);
    }

    @Override
    public String decode(byte[] payload) {
      String value = new String(payload, UTF_8);
      if (value.startsWith("unreadable")) {
        throw new IllegalArgumentException("I cannot read it");
      }
      return value;
    }
  }

  @Test
  void m5_shouldTellOfACodecThatThrows() throws Exception {
    Pusher<String> pushes = near().messaging().pusher(new Picky(), options().build());
    Puller<String> pulls = far().messaging().puller(new Picky(), options().build());
    link(pulls, pushes);
    assertThatThrownBy(() -> pushes.push("unspeakable"))
        .as("a codec that cannot encode")
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("I will not say it")
        .hasCauseInstanceOf(IllegalArgumentException.class);
    pushes.push("unreadable");
    pushes.push("fine");
    assertThatThrownBy(() -> pulls.receive(limit()))
        .as("a codec that cannot decode")
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("I cannot read it");
    assertThat(takeOne(pulls::receive).value()).as("the next message").isEqualTo("fine");
    eventuallyMeasured(1, far(), "trefoil.messages.dropped", "reason", "codec");
  }
}
