package dev.trefoil.raw.simulation;

import dev.trefoil.Codec;
import dev.trefoil.Delivery;
import dev.trefoil.Options;
import dev.trefoil.Overflow;
import dev.trefoil.Publisher;
import dev.trefoil.Subscriber;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Publishers and subscribers. */
final class PublishPlay {
  private static final List<String> TOPICS = List.of("a", "a.b.c", "abc", "b.x", "c");
  private static final List<String> PREFIXES = List.of("", "a", "a.", "a.b.c", "b", "zzz");
  private static final String START = "#";
  private static final String LAST = START + "last";

  private final Stage stage;
  private final World world;

  /** Plain SP: the topic is the beginning of the body, and nobody tells of gaps. */
  private final boolean plain;

  private final List<Member<Publisher<String>>> publishers = new ArrayList<>();
  private final Map<Member<Subscriber<String>>, Set<String>> subscribers = new LinkedHashMap<>();
  private final Set<String> heard = new HashSet<>();
  private int published;

  PublishPlay(Stage stage, long span) {
    this.stage = stage;
    this.world = stage.world;
    String scheme = stage.scheme();
    plain = scheme.equals("sp");
    List<String> places = List.of(scheme + "://p1:7001", scheme + "://p2:7002");
    boolean publishersBind = !world.onceIn(4);
    for (int i = 0; i < 2; i++) {
      List<String> here = List.of(places.get(i));
      Options options =
          stage.options("publisher-" + i).overflow(stage.any(List.of(Overflow.values()))).build();
      publishers.add(
          new Member<>(
              stage,
              "publisher-" + i,
              () -> stage.messaging.publisher(Codec.utf8(), options),
              publishersBind ? here : List.of(),
              publishersBind ? List.of() : places));
      addSubscriber(
          "subscriber-" + i,
          publishersBind ? List.of() : here,
          publishersBind ? places : List.of());
    }
    stage.often(120, span, this::publish);
    stage.often(8, span, this::change);
  }

  private void addSubscriber(String name, List<String> binds, List<String> connects) {
    Set<String> topics = new TreeSet<>(List.of(stage.any(PREFIXES), stage.any(TOPICS)));
    subscribers.put(
        new Member<>(stage, name, () -> subscribing(name, topics), binds, connects), topics);
  }

  private Subscriber<String> subscribing(String name, Set<String> topics) {
    Subscriber<String> made =
        stage.messaging.subscriber(
            Codec.utf8(), each -> hear(name, each), stage.options(name).build());
    topics.forEach(made::subscribe);
    return made;
  }

  private void publish() {
    Member<Publisher<String>> by = stage.any(publishers);
    if (by.isUp()) {
      publish(by.role(), stage.any(TOPICS), stage.padded(START + ++published + " of " + by.name()));
    }
  }

  private void publish(Publisher<String> by, String topic, String text) {
    try {
      world.note("published", published, by.publish(topic, text));
    } catch (InterruptedException e) {
      throw world.broken("nobody interrupts");
    }
  }

  /** A subscriber changes its mind. */
  private void change() {
    List<Member<Subscriber<String>>> all = List.copyOf(subscribers.keySet());
    Member<Subscriber<String>> who = stage.any(all);
    Set<String> topics = subscribers.get(who);
    String topic = stage.any(PREFIXES);
    if (!who.isUp()) {
      return;
    }
    if (topics.add(topic)) {
      who.role().subscribe(topic);
    } else if (topics.size() > 1) {
      topics.remove(topic);
      who.role().unsubscribe(topic);
    }
  }

  private void hear(String name, Delivery<String> got) {
    world.note("heard", got.peer().protocol().length(), got.missed());
    SimulatedConnection end = stage.book.connection(got.peer());
    String text = got.value().substring(got.value().indexOf(START));
    if (!plain && !text.equals(got.value())) {
      throw world.broken("the payload is not what was published: " + got.value());
    }
    stage.book.stream(end.peer()).received(text, got.missed(), !plain);
    if (text.startsWith(LAST)) {
      heard.add(name + " " + text);
    }
  }

  /**
   * Publishes one more of each topic, so that each stream ends with something that gets through.
   */
  void publishLast() {
    for (Member<Publisher<String>> each : publishers) {
      for (String topic : TOPICS) {
        publish(each.role(), topic, last(each, topic));
        // Not so fast that a slow subscriber is dropped by now.
        world.runFor(100 * World.MILLISECOND);
        world.runUntil(
            () -> subscribers.keySet().stream().allMatch(who -> heardIfWanted(who, each, topic)),
            world.nanoTime() + 2 * World.SECOND);
      }
    }
  }

  private static String last(Member<?> publisher, String topic) {
    return LAST + " " + topic + " of " + publisher.name();
  }

  /** What holds once everything has come to rest after the last were published. */
  void checkAtRest() {
    for (Stream each : stage.book.streams().values()) {
      if (!plain && each.publishersEnd().isSound() && each.unaccounted() > 0) {
        throw world.broken(
            each.unaccounted() + " messages were neither received nor told as missed");
      }
    }
    publishers.forEach(this::checkCount);
    subscribers.forEach(
        (who, topics) -> {
          for (Member<?> publisher : publishers) {
            for (String topic : TOPICS) {
              checkHeard(who, topics, publisher, topic);
            }
          }
        });
  }

  /** Nobody who is gone is still counted, nor forgotten who is there. */
  private void checkCount(Member<Publisher<String>> publisher) {
    for (String topic : TOPICS) {
      int counted = publisher.role().subscribers(topic);
      long wanting =
          subscribers.values().stream()
              .filter(topics -> plain || topics.stream().anyMatch(topic::startsWith))
              .count();
      if (counted != wanting) {
        throw world.broken(
            publisher.name() + " counts " + counted + " for '" + topic + "', not " + wanting);
      }
    }
  }

  private boolean heardIfWanted(Member<?> who, Member<?> publisher, String topic) {
    boolean wants = subscribers.get(who).stream().anyMatch(topic::startsWith);
    return wants == heard.contains(who.name() + " " + last(publisher, topic));
  }

  private void checkHeard(Member<?> who, Set<String> topics, Member<?> publisher, String topic) {
    boolean wants = topics.stream().anyMatch(topic::startsWith);
    if (!heardIfWanted(who, publisher, topic)) {
      throw world.broken(
          who.name()
              + (wants ? " did not hear '" : " heard '")
              + topic
              + "' of "
              + publisher.name()
              + ", and is subscribed to "
              + topics);
    }
  }
}
