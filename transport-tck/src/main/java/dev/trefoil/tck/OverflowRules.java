package dev.trefoil.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Delivery;
import dev.trefoil.Overflow;
import dev.trefoil.Publisher;
import dev.trefoil.Subscriber;
import dev.trefoil.spi.Capability;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

/** What becomes of messages for a subscriber that does not read. */
abstract class OverflowRules extends Rules {
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final String TOPIC = "t";

  /** As large as makes the buffers of a socket full soon. */
  private static final int BYTES = 4096;

  /** By then every buffer between the two is full: 40 MB, where the options allow for far less. */
  private static final int ENOUGH = 10_000;

  OverflowRules(TransportTest kit) {
    super(kit);
  }

  private Subscriber<String> slow(Publisher<String> publishes) throws Exception {
    Subscriber<String> slow = near().subscriber(tight());
    slow.subscribe(TOPIC);
    link(publishes, slow);
    assertThat(publishes.awaitSubscribers(TOPIC, 1, limit())).isTrue();
    return slow;
  }

  /** Publishes until so many were dropped, and says how many were published. */
  private int publishUntilDropped(Publisher<String> publishes, String reason, long drops)
      throws Exception {
    int published = 0;
    while (far().dropped(reason) < drops) {
      if (published >= ENOUGH) {
        throw new AssertionFailedError(
            published
                + " messages of "
                + BYTES
                + " bytes were published to a subscriber that does "
                + "not read, with a queue of 8, and none was counted as dropped with the reason '"
                + reason
                + "'");
      }
      publishes.publish(TOPIC, heavy(published++, BYTES));
    }
    return published;
  }

  private List<Delivery<String>> readUpTo(Subscriber<String> slow, int last) throws Exception {
    List<Delivery<String>> got = new ArrayList<>();
    do {
      got.add(takeOne(slow::receive));
    } while (numberOf(got.get(got.size() - 1)) != last);
    return got;
  }

  private static int numberOf(Delivery<String> delivery) {
    String joined = delivery.topic() + delivery.value();
    return number(joined.substring(TOPIC.length()));
  }

  @Test
  void p2_shouldDropTheOldestAndCountIt() throws Exception {
    if (!has(Capability.DROP_OLDEST)) {
      assertRefused(
          () -> far().publisher(tight().overflow(Overflow.DROP_OLDEST)), Capability.DROP_OLDEST);
      return;
    }
    Publisher<String> publishes = far().publisher(tight().overflow(Overflow.DROP_OLDEST));
    Subscriber<String> slow = slow(publishes);
    int published = publishUntilDropped(publishes, "oldest", 20);
    List<Delivery<String>> got = readUpTo(slow, published - 1);
    assertThat(got.size() + far().dropped("oldest"))
        .as("messages received and dropped as 'oldest', of %s published", published)
        .isEqualTo(published);
    assertThat(near().measured("trefoil.messages.received"))
        .as("trefoil.messages.received of the subscriber")
        .isEqualTo(got.size());
  }

  @Test
  void p2_shouldDropTheNewestAndCountIt() throws Exception {
    Publisher<String> publishes = far().publisher(tight().overflow(Overflow.DROP_NEWEST));
    assertTheNewestAreDropped(publishes, slow(publishes));
  }

  private void assertTheNewestAreDropped(Publisher<String> publishes, Subscriber<String> slow)
      throws Exception {
    int published = publishUntilDropped(publishes, "newest", 20);
    int kept = published - Math.toIntExact(far().dropped("newest"));
    List<Delivery<String>> got = take(slow::receive, kept);
    assertQuiet(slow::receive, "messages received and dropped must add up to those published");
    assertThat(numberOf(got.get(0))).as("the first message").isZero();
    assertThat(numberOf(got.get(kept - 1)))
        .as("the last message received, while the last one published was dropped")
        .isLessThan(published - 1);
  }

  @Test
  void p2_shouldBlockThePublisherUpToTheSendTimeout() throws Exception {
    if (!has(Capability.BLOCK_PUBLISHER)) {
      assertRefused(
          () -> far().publisher(tight().overflow(Overflow.BLOCK)), Capability.BLOCK_PUBLISHER);
      return;
    }
    Publisher<String> publishes =
        far().publisher(tight().overflow(Overflow.BLOCK).sendTimeout(SHORT));
    Subscriber<String> slow = slow(publishes);
    int published = 0;
    long dropped = 0;
    // The buffers of a socket may take a little more each time, so not all of them are dropped.
    while (dropped < 3 && published < ENOUGH) {
      long start = System.nanoTime();
      int queues = publishes.publish(TOPIC, heavy(published++, BYTES));
      Duration waited = Duration.ofNanos(System.nanoTime() - start);
      if (far().dropped("blocked") > dropped) {
        dropped++;
        assertThat(queues).as("queues that took a message that was dropped").isZero();
        assertThat(waited)
            .as("how long publish waited before it dropped, with a sendTimeout of %s", SHORT)
            .isBetween(SHORT, SHORT.plus(SOON));
      }
    }
    assertThat(dropped).as("drops counted as 'blocked' of %s published", published).isEqualTo(3);
    assertThat(take(slow::receive, published - 3)).hasSize(published - 3);
    assertQuiet(slow::receive, "messages received and dropped must add up to those published");
  }

  @Test
  void p2_shouldGoOnWhenABlockedPublisherFindsRoom() throws Exception {
    if (!has(Capability.BLOCK_PUBLISHER)) {
      assertRefused(
          () -> far().publisher(tight().overflow(Overflow.BLOCK)), Capability.BLOCK_PUBLISHER);
      return;
    }
    int count = 500;
    Publisher<String> publishes = far().publisher(tight().overflow(Overflow.BLOCK));
    Subscriber<String> slow = slow(publishes);
    Call<Boolean> publishing =
        call(
            "publish under BLOCK",
            () -> {
              for (int i = 0; i < count; i++) {
                publishes.publish(TOPIC, heavy(i, BYTES));
              }
              return true;
            });
    publishing.awaitBlocked(limit());
    List<Delivery<String>> got = take(slow::receive, count);
    publishing.result(limit());
    for (int i = 0; i < count; i++) {
      assertThat(numberOf(got.get(i))).as("the message at place %s", i).isEqualTo(i);
    }
    assertThat(far().dropped("blocked")).as("drops").isZero();
  }

  @Test
  void p2_shouldDisconnectTheSlow() throws Exception {
    if (!has(Capability.DISCONNECT_SLOW)) {
      assertRefused(
          () -> far().publisher(tight().overflow(Overflow.DISCONNECT)), Capability.DISCONNECT_SLOW);
      return;
    }
    Events events = new Events();
    Publisher<String> publishes =
        far().publisher(tight().overflow(Overflow.DISCONNECT).peerListener(events));
    slow(publishes);
    for (int i = 0; i < ENOUGH && events.first(Events.Kind.DISCONNECTED).isEmpty(); i++) {
      publishes.publish(TOPIC, heavy(i, BYTES));
    }
    eventually(
        "a slow subscriber to be disconnected",
        () -> events.first(Events.Kind.DISCONNECTED).isPresent());
    assertThat(events.of(Events.Kind.DISCONNECTED).get(0).reason()).isEqualTo("SLOW_SUBSCRIBER");
    eventually(
        "trefoil.disconnects to count it",
        () -> far().measured("trefoil.disconnects", "reason", "slow_subscriber") >= 1);
  }

  @Test
  void p2_shouldNotDelayOthersForAStalledSubscriber() throws Exception {
    Publisher<String> publishes = far().publisher(tight());
    slow(publishes);
    Side other = side("other");
    Subscriber<String> quick = other.subscriber(options());
    quick.subscribe(TOPIC);
    quick.connect(publishes.peers().get(0).endpoint());
    assertThat(publishes.awaitSubscribers(TOPIC, 2, limit())).isTrue();
    if (!has(Capability.PUBLISHER_FILTER)) {
      awaitPeers(quick, 1);
    }
    String reason = has(Capability.DROP_OLDEST) ? "oldest" : "newest";
    int i = 0;
    while (far().dropped(reason) < 20 && i < ENOUGH) {
      publishes.publish(TOPIC, heavy(i, BYTES));
      assertThat(numberOf(takeOne(quick::receive)))
          .as("a subscriber that reads gets every message, while another one is stalled")
          .isEqualTo(i++);
    }
    assertThat(far().dropped(reason)).as("drops for the stalled one").isPositive();
  }

  @Test
  void p7_shouldTellOfAGapExactly() throws Exception {
    Publisher<String> publishes = far().publisher(tight().overflow(Overflow.DROP_NEWEST));
    Subscriber<String> slow = slow(publishes);
    int published = publishUntilDropped(publishes, "newest", 20);
    long dropped = far().dropped("newest");
    List<Delivery<String>> got = take(slow::receive, Math.toIntExact(published - dropped));
    got.addAll(readUpTo(slow, publishUntilTaken(publishes, published)));
    assertGaps(got, far().dropped("newest"));
  }

  /** What has arrived may be in the queue for a moment still; {@return the number that is not} */
  private int publishUntilTaken(Publisher<String> publishes, int next) throws Exception {
    for (int i = next; i < next + ENOUGH; i++) {
      long before = far().dropped("newest");
      publishes.publish(TOPIC, heavy(i, BYTES));
      if (far().dropped("newest") == before) {
        return i;
      }
    }
    throw new AssertionFailedError("all were taken out of the queue, and still nothing has room");
  }

  @Test
  void p7_shouldTellWhereTheOldestWereDropped() throws Exception {
    Publisher<String> publishes = far().publisher(tight());
    Subscriber<String> slow = slow(publishes);
    String reason = has(Capability.DROP_OLDEST) ? "oldest" : "newest";
    int published = publishUntilDropped(publishes, reason, 20);
    List<Delivery<String>> got =
        take(slow::receive, Math.toIntExact(published - far().dropped(reason)));
    if (has(Capability.DROP_OLDEST)) {
      publishes.publish(TOPIC, heavy(published, BYTES));
      got.addAll(readUpTo(slow, published));
    } else {
      got.addAll(readUpTo(slow, publishUntilTaken(publishes, published)));
    }
    assertGaps(got, far().dropped(reason));
  }

  private void assertGaps(List<Delivery<String>> got, long dropped) {
    if (!has(Capability.GAP_REPORTS)) {
      assertThat(got).as("without GAP_REPORTS").allMatch(delivery -> delivery.missed() == 0);
      return;
    }
    int expected = 0;
    for (Delivery<String> delivery : got) {
      int number = numberOf(delivery);
      assertThat(delivery.missed())
          .as("with GAP_REPORTS, missed() of message %s, when %s was due", number, expected)
          .isEqualTo(number - expected);
      expected = number + 1;
    }
    assertThat(got.stream().mapToLong(Delivery::missed).sum())
        .as("the sum of missed(), against the drops that the publisher counted")
        .isEqualTo(dropped);
  }
}
