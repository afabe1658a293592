package dev.trefoil.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Delivery;
import dev.trefoil.Endpoint;
import dev.trefoil.Publisher;
import dev.trefoil.Subscriber;
import dev.trefoil.spi.Capability;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Topics, order, reconnects, and waiting for subscribers. */
abstract class PublishRules extends Rules {
  private static final String LAST = "z/last";

  PublishRules(TransportTest kit) {
    super(kit);
  }

  /** Links them and waits until the publisher knows of the subscription. */
  private void linkSubscribed(
      Publisher<String> publishes, Subscriber<String> wants, String... topics) throws Exception {
    for (String topic : topics) {
      wants.subscribe(topic);
    }
    wants.subscribe(LAST);
    link(publishes, wants);
    awaitSubscribers(publishes, LAST, 1);
    for (String topic : topics) {
      awaitSubscribers(publishes, topic, 1); // which of them is told last is nobody's business
    }
  }

  private void awaitSubscribers(Publisher<String> publishes, String topic, int count)
      throws Exception {
    assertThat(publishes.awaitSubscribers(topic, count, limit()))
        .as("awaitSubscribers(\"%s\", %s, %s)", topic, count, limit())
        .isTrue();
  }

  /**
   * What one subscriber got, up to the message of topic {@link #LAST}: since order holds, what is
   * not before it never comes. Each is given as it is on a wire that does not tell topic and
   * payload apart, so that expectations are the same for both.
   */
  private List<String> upToLast(Subscriber<String> wants) throws Exception {
    List<String> got = new ArrayList<>();
    while (true) {
      Delivery<String> next = takeOne(wants::receive);
      String joined = next.topic() + next.value();
      if (joined.startsWith(LAST)) {
        return got;
      }
      got.add(joined);
    }
  }

  @Test
  void p1_shouldDeliverByPrefix() throws Exception {
    Publisher<String> publishes = far().publisher(options());
    Subscriber<String> wants = near().subscriber(options());
    linkSubscribed(publishes, wants, "a", "b/");
    for (String topic : List.of("a", "ab", "b", "b/", "b/x", "c", "", "A")) {
      publishes.publish(topic, "=" + topic);
    }
    publishes.publish(LAST, "");
    assertThat(upToLast(wants))
        .as("what a subscriber of \"a\" and \"b/\" gets")
        .containsExactly("a=a", "ab=ab", "b/=b/", "b/x=b/x");
  }

  @Test
  void p1_shouldDeliverOnceWhateverMatches() throws Exception {
    Publisher<String> publishes = far().publisher(options());
    Subscriber<String> wants = near().subscriber(options());
    linkSubscribed(publishes, wants, "", "a", "a", "ab");
    publishes.publish("abc", "=1");
    publishes.publish(LAST, "");
    assertThat(upToLast(wants)).as("several matching subscriptions").containsExactly("abc=1");
  }

  @Test
  void p1_shouldWantNothingAtFirst() throws Exception {
    Publisher<String> publishes = far().publisher(options());
    Subscriber<String> wants = near().subscriber(options());
    link(publishes, wants);
    publishes.publish("a", "=unwanted");
    wants.subscribe("b");
    boolean filters = has(Capability.PUBLISHER_FILTER);
    if (filters) {
      awaitSubscribers(publishes, "b", 1);
    }
    publishes.publish("a", "=unwanted");
    publishes.publish("b", "=wanted");
    Delivery<String> first = takeOne(wants::receive);
    assertThat(first.topic() + first.value()).as("the first message").isEqualTo("b=wanted");
  }

  @Test
  void p1_shouldTakeASubscriptionBack() throws Exception {
    Publisher<String> publishes = far().publisher(options());
    Subscriber<String> wants = near().subscriber(options());
    linkSubscribed(publishes, wants, "a", "b");
    assertThat(wants.unsubscribe("a")).as("unsubscribe").isTrue();
    assertThat(wants.unsubscribe("a")).as("unsubscribe again").isFalse();
    if (has(Capability.PUBLISHER_FILTER)) {
      eventually("the publisher to know", () -> publishes.subscribers("a") == 0);
    }
    publishes.publish("a", "=1");
    publishes.publish("b", "=2");
    publishes.publish(LAST, "");
    assertThat(upToLast(wants)).as("after unsubscribe(\"a\")").containsExactly("b=2");
  }

  @Test
  void p3_shouldKeepOrder() throws Exception {
    int count = 2000;
    Subscriber<String> wants = near().subscriber(options());
    Publisher<String> one = far().publisher(options());
    Publisher<String> two = far().publisher(options());
    wants.subscribe("");
    wants.connect(bind(one));
    wants.connect(bind(two));
    for (Publisher<String> publishes : List.of(one, two)) {
      awaitPeers(publishes, 1);
      awaitSubscribers(publishes, "one", 1);
    }
    Call<Boolean> first = call("publishing", () -> publishMany(one, "one", count));
    Call<Boolean> second = call("publishing", () -> publishMany(two, "two", count));
    List<Delivery<String>> all = take(wants::receive, 2 * count);
    first.result(limit());
    second.result(limit());
    List<Integer> expected = IntStream.range(0, count).boxed().toList();
    for (String topic : List.of("one", "two")) {
      List<Integer> numbers =
          all.stream()
              .map(delivery -> delivery.topic() + delivery.value())
              .filter(text -> text.startsWith(topic))
              .map(text -> Integer.parseInt(text.substring(topic.length())))
              .toList();
      assertThat(firstDifference(numbers, expected))
          .as("what publisher '%s' published in order must arrive in order, each once", topic)
          .isEmpty();
    }
  }

  private static boolean publishMany(Publisher<String> publishes, String topic, int count)
      throws InterruptedException {
    for (int i = 0; i < count; i++) {
      publishes.publish(topic, "" + i);
    }
    return true;
  }

  /** Says where two lists part, since thousands of numbers say little. */
  private static String firstDifference(List<Integer> got, List<Integer> expected) {
    for (int i = 0; i < Math.min(got.size(), expected.size()); i++) {
      if (!got.get(i).equals(expected.get(i))) {
        return "message " + expected.get(i) + " was expected, but " + got.get(i) + " came";
      }
    }
    return got.size() == expected.size()
        ? ""
        : expected.size() + " messages were expected, but " + got.size() + " came";
  }

  @Test
  void p4_shouldFilterAtThePublisher() throws Exception {
    Publisher<String> publishes = far().publisher(options());
    Subscriber<String> wants = near().subscriber(options());
    linkSubscribed(publishes, wants, "a");
    int queued = publishes.publish("b", "=unwanted");
    publishes.publish("a", "=wanted");
    publishes.publish(LAST, "");
    assertThat(upToLast(wants)).containsExactly("a=wanted");
    if (has(Capability.PUBLISHER_FILTER)) {
      assertThat(queued).as("queues that took what nobody wants").isZero();
      assertThat(publishes.subscribers("b")).as("subscribers of what nobody wants").isZero();
      assertThat(publishes.subscribers("abc")).as("subscribers of \"abc\"").isEqualTo(1);
      eventuallyMeasured(2, near(), "trefoil.messages.received", "role", "subscriber");
    } else {
      assertThat(publishes.subscribers("b")).as("without PUBLISHER_FILTER: peers").isEqualTo(1);
    }
  }

  @Test
  void p5_shouldKeepSubscriptionsWhenTheConnectionBreaks() throws Exception {
    Publisher<String> publishes = far().publisher(options());
    Subscriber<String> wants = near().subscriber(options());
    wants.subscribe("a");
    Endpoint at = link(publishes, wants);
    wants.subscribe("b");
    for (int round = 1; round <= 3; round++) {
      assertThat(publishes.unbind(at)).isTrue();
      awaitNoPeers(publishes);
      awaitNoPeers(wants);
      publishes.bind(at);
      awaitPeers(publishes, 1);
      assertKnows(publishes, "a");
      assertKnows(publishes, "b");
      publishes.publish("a", "=" + round);
      Delivery<String> got = takeOne(wants::receive);
      assertThat(got.topic() + got.value()).isEqualTo("a=" + round);
    }
  }

  private void assertKnows(Publisher<String> publishes, String topic) throws Exception {
    assertThat(publishes.awaitSubscribers(topic, 1, limit()))
        .as(
            "after a reconnect the publisher must know the subscription \"%s\" again: the port "
                + "sends every subscription on each new connection",
            topic)
        .isTrue();
  }

  @Test
  void p5_shouldSubscribeAtARestartedPublisher() throws Exception {
    Publisher<String> first = far().publisher(options());
    Subscriber<String> wants = near().subscriber(options());
    wants.subscribe("a");
    Endpoint at = link(first, wants);
    first.close();
    awaitNoPeers(wants);
    wants.subscribe("b");
    Publisher<String> second = far().publisher(options());
    second.bind(at);
    awaitPeers(second, 1);
    assertKnows(second, "a");
    assertKnows(second, "b");
    second.publish("a", "=1");
    second.publish("b", "=2");
    assertThat(take(wants::receive, 2)).hasSize(2);
  }

  @Test
  void p5_shouldSubscribeAtPublishersThatConnect() throws Exception {
    Subscriber<String> wants = near().subscriber(options());
    wants.subscribe("a");
    Endpoint at = bind(wants);
    Publisher<String> publishes = far().publisher(options());
    for (int round = 1; round <= 2; round++) {
      publishes.connect(at);
      awaitPeers(publishes, 1);
      assertKnows(publishes, "a");
      publishes.publish("a", "=" + round);
      Delivery<String> got = takeOne(wants::receive);
      assertThat(got.topic() + got.value()).isEqualTo("a=" + round);
      publishes.disconnect(at);
      awaitNoPeers(publishes);
      awaitNoPeers(wants);
    }
  }

  @Test
  void p6_shouldWaitForSubscribers() throws Exception {
    Publisher<String> publishes = far().publisher(options());
    Endpoint at = bind(publishes);
    assertThat(publishes.awaitSubscribers("a/b", 1, QUIET)).as("with nobody there").isFalse();
    Call<Boolean> waits =
        call("awaitSubscribers", () -> publishes.awaitSubscribers("a/b", 3, limit()));
    waits.awaitBlocked(limit());
    List<Subscriber<String>> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Subscriber<String> wants = near().subscriber(options());
      wants.subscribe("a/");
      wants.connect(at);
      all.add(wants);
    }
    assertThat(waits.result(limit().plus(SOON))).as("with three subscribers").isTrue();
    if (!has(Capability.PUBLISHER_FILTER)) {
      for (Subscriber<String> wants : all) {
        awaitPeers(wants, 1);
      }
    }
    assertThat(publishes.publish("a/b", "=first")).as("queues that took it").isEqualTo(3);
    for (Subscriber<String> wants : all) {
      Delivery<String> got = takeOne(wants::receive);
      assertThat(got.topic() + got.value()).as("the very first message").isEqualTo("a/b=first");
    }
  }

  @Test
  void p8_shouldKeepTopicAndPayloadApart() throws Exception {
    Publisher<String> publishes = far().publisher(options());
    Subscriber<String> wants = near().subscriber(options());
    linkSubscribed(publishes, wants, "");
    List<String> topics = List.of("topic", "", "topic", "tópico");
    List<String> payloads = List.of("payload", "payload", "", "cafè");
    for (int i = 0; i < topics.size(); i++) {
      publishes.publish(topics.get(i), payloads.get(i));
    }
    for (int i = 0; i < topics.size(); i++) {
      Delivery<String> got = takeOne(wants::receive);
      if (has(Capability.TOPIC_FRAMES)) {
        assertThat(got.topic()).as("with TOPIC_FRAMES the topic").isEqualTo(topics.get(i));
        assertThat(got.value()).as("with TOPIC_FRAMES the payload").isEqualTo(payloads.get(i));
      } else {
        assertThat(got.topic()).as("without TOPIC_FRAMES the topic").isEmpty();
        assertThat(got.value())
            .as("without TOPIC_FRAMES the payload")
            .isEqualTo(topics.get(i) + payloads.get(i));
      }
    }
  }
}
