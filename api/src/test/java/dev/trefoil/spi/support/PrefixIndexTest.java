package dev.trefoil.spi.support;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

final class PrefixIndexTest {
  private final PrefixIndex<String> index = new PrefixIndex<>();

  @Test
  void anEmptyIndexMatchesNobody() {
    assertThat(matches("anything")).isEmpty();
    assertThat(index.isEmpty()).isTrue();
    assertThat(index.count(bytes("anything"))).isZero();
  }

  @Test
  void aPrefixMatchesItselfAndWhatStartsWithIt() {
    index.add(bytes("price."), "a");

    assertThat(matches("price.")).containsExactly("a");
    assertThat(matches("price.gold")).containsExactly("a");
    assertThat(matches("price")).isEmpty();
    assertThat(matches("prices")).isEmpty();
    assertThat(matches("")).isEmpty();
  }

  @Test
  void theEmptyPrefixMatchesEveryTopic() {
    index.add(bytes(""), "all");

    assertThat(matches("")).containsExactly("all");
    assertThat(matches("x")).containsExactly("all");
  }

  @Test
  void bytesOfAnyValueAreToldApart() {
    index.add(new byte[] {0}, "zero");
    index.add(new byte[] {0, 0}, "two zeros");
    index.add(new byte[] {-1}, "minus one");

    assertThat(matches(new byte[] {0, 1})).containsExactly("zero");
    assertThat(matches(new byte[] {0, 0, 0})).containsExactlyInAnyOrder("zero", "two zeros");
    assertThat(matches(new byte[] {-1, 0})).containsExactly("minus one");
  }

  @Test
  void whoeverHasSeveralMatchingPrefixesIsCalledOnce() {
    for (String prefix : List.of("", "a", "ab", "abc")) {
      index.add(bytes(prefix), "nested");
    }
    index.add(bytes("ab"), "other");

    assertThat(matches("abcd")).containsExactlyInAnyOrder("nested", "other");
    assertThat(index.count(bytes("abcd"))).isEqualTo(2);
  }

  @Test
  void manySubscribersOfSeveralMatchingPrefixesAreCalledOnceEach() {
    Set<String> expected = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      for (String prefix : List.of("", "a", "ab")) {
        index.add(bytes(prefix), "s" + i);
      }
      expected.add("s" + i);
    }

    assertThat(matches("abc")).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void subscribersBeyondTheShortListAreStillCalledOnceEach() {
    for (int i = 0; i < 15; i++) {
      index.add(bytes(""), "s" + i);
    }
    for (int i = 10; i < 20; i++) {
      index.add(bytes("a"), "s" + i);
    }

    assertThat(matches("a")).hasSize(20).doesNotHaveDuplicates();
  }

  @Test
  void addingAgainIsToldAndChangesNothing() {
    assertThat(index.add(bytes("a"), "x")).isTrue();
    assertThat(index.add(bytes("a"), "x")).isFalse();
    assertThat(index.add(bytes("a"), "y")).isTrue();

    assertThat(matches("a")).containsExactlyInAnyOrder("x", "y");
    assertThat(index.remove(bytes("a"), "x")).isTrue();
    assertThat(matches("a")).containsExactly("y");
  }

  @Test
  void removingWhatIsNotThereIsToldAndChangesNothing() {
    index.add(bytes("a"), "x");

    assertThat(index.remove(bytes("b"), "x")).isFalse();
    assertThat(index.remove(bytes("a"), "y")).isFalse();
    assertThat(index.removeAll("y")).isZero();
    assertThat(matches("a")).containsExactly("x");
  }

  @Test
  void removeAllTakesBackOnlyWhatThatSubscriberHas() {
    index.add(bytes("a"), "x");
    index.add(bytes("ab"), "x");
    index.add(bytes("ab"), "y");

    assertThat(index.removeAll("x")).isEqualTo(2);

    assertThat(matches("abc")).containsExactly("y");
    assertThat(index.remove(bytes("a"), "x")).isFalse();
    index.removeAll("y");
    assertThat(index.isEmpty()).isTrue();
  }

  @Test
  void changingThePrefixArrayLaterChangesNothing() {
    byte[] prefix = bytes("a");
    index.add(prefix, "x");
    prefix[0] = 'b';

    assertThat(matches("a")).containsExactly("x");
    assertThat(matches("b")).isEmpty();
  }

  @Test
  void manySubscriptionsAreFoundAndLeaveNothingBehind() {
    for (int i = 0; i < 100_000; i++) {
      index.add(bytes("topic/" + i + "/"), "s" + i % 100);
    }
    for (int i = 0; i < 100_000; i += 997) {
      assertThat(matches("topic/" + i + "/leaf")).containsExactly("s" + i % 100);
    }
    assertThat(index.capacity()).isLessThanOrEqualTo(800_000);

    for (int i = 0; i < 100; i++) {
      assertThat(index.removeAll("s" + i)).isEqualTo(1000);
    }
    assertThat(index.isEmpty()).isTrue();
    assertThat(index.capacity()).isLessThanOrEqualTo(16);
  }

  @Test
  void comingAndGoingDoesNotFillTheTable() {
    for (int i = 0; i < 100_000; i++) {
      index.add(bytes("t" + i), "x");
      index.remove(bytes("t" + i), "x");
    }

    assertThat(index.capacity()).isLessThanOrEqualTo(64);
    assertThat(index.isEmpty()).isTrue();
  }

  @Test
  void lookingUpAmongManyTakesAtMostTwiceAsLongAsAmongTen() {
    PrefixIndex<String> many = new PrefixIndex<>();
    for (int i = 0; i < 100_000; i++) {
      byte[] prefix = bytes(String.format("topic/%05d/", i));
      many.add(prefix, "s" + i);
      if (i % 10_000 == 0) {
        index.add(prefix, "s" + i);
      }
    }
    byte[][] topics = new byte[10][];
    for (int i = 0; i < topics.length; i++) {
      topics[i] = bytes(String.format("topic/%05d/leaf", i * 10_000));
    }

    long few = Long.MAX_VALUE;
    long lots = Long.MAX_VALUE;
    for (int round = 0; round < 300; round++) {
      few = Math.min(few, nanosToMatch(index, topics));
      lots = Math.min(lots, nanosToMatch(many, topics));
    }

    assertThat(lots).as("best of 300 rounds, against %s ns among ten", few).isLessThan(2 * few);
  }

  @Test
  void itAgreesWithAListThatIsSearchedFromEndToEnd() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 30; round++) {
      PrefixIndex<String> tested = new PrefixIndex<>();
      Map<String, Set<String>> model = new HashMap<>();
      for (int step = 0; step < 2_000; step++) {
        changeBoth(random, tested, model);
        String topic = word(random, 8);
        List<String> found = new ArrayList<>();
        tested.forEachMatch(bytes(topic), found::add);
        assertThat(found)
            .as("seed %s, round %s, step %s, topic '%s'", seed, round, step, topic)
            .containsExactlyInAnyOrderElementsOf(expected(model, topic));
      }
      assertThat(tested.isEmpty()).as("seed %s", seed).isEqualTo(model.isEmpty());
    }
  }

  @Test
  void readersFindWhatStaysWhileOthersComeAndGo() throws Exception {
    index.add(bytes(""), "stays");
    index.add(bytes("a/b"), "stays");
    index.add(bytes("a/"), "stays too");
    AtomicBoolean stop = new AtomicBoolean();
    LongAdder lookups = new LongAdder();
    CountDownLatch read = new CountDownLatch(2);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        all.add(threads.submit(() -> readUntil(stop, lookups, read)));
      }
      assertThat(read.await(10, TimeUnit.SECONDS)).isTrue();
      List<Future<?>> writers = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        String name = "w" + i;
        writers.add(threads.submit(() -> comeAndGo(name)));
      }
      for (Future<?> writer : writers) {
        writer.get(30, TimeUnit.SECONDS);
      }
      stop.set(true);
      for (Future<?> reader : all) {
        reader.get(10, TimeUnit.SECONDS);
      }
    } finally {
      stop.set(true);
      threads.shutdownNow();
    }

    assertThat(lookups.sum()).isPositive();
    assertThat(matches("a/b")).containsExactlyInAnyOrder("stays", "stays too");
    index.removeAll("stays");
    index.removeAll("stays too");
    assertThat(index.isEmpty()).isTrue();
  }

  private void readUntil(AtomicBoolean stop, LongAdder lookups, CountDownLatch read) {
    byte[] topic = bytes("a/bc/d");
    List<String> found = new ArrayList<>();
    while (!stop.get()) {
      found.clear();
      index.forEachMatch(topic, found::add);
      assertThat(found).contains("stays", "stays too").doesNotHaveDuplicates();
      lookups.increment();
      read.countDown();
    }
  }

  private void comeAndGo(String name) {
    for (int i = 0; i < 300; i++) {
      for (int j = 0; j < 50; j++) {
        index.add(bytes("a/bc/d".substring(0, j % 7)), name);
        index.add(bytes("other/" + name + j), name);
      }
      if (i % 2 == 0) {
        assertThat(index.removeAll(name)).isEqualTo(57);
      } else {
        for (int j = 0; j < 50; j++) {
          index.remove(bytes("a/bc/d".substring(0, j % 7)), name);
          assertThat(index.remove(bytes("other/" + name + j), name)).isTrue();
        }
      }
    }
  }

  private static void changeBoth(
      Random random, PrefixIndex<String> tested, Map<String, Set<String>> model) {
    String prefix = word(random, 6);
    String subscriber = "s" + random.nextInt(25);
    Set<String> held = model.computeIfAbsent(subscriber, s -> new HashSet<>());
    int choice = random.nextInt(20);
    if (choice < 12) {
      assertThat(tested.add(bytes(prefix), subscriber)).isEqualTo(held.add(prefix));
    } else if (choice < 19) {
      assertThat(tested.remove(bytes(prefix), subscriber)).isEqualTo(held.remove(prefix));
    } else {
      assertThat(tested.removeAll(subscriber)).isEqualTo(held.size());
      held.clear();
    }
    if (held.isEmpty()) {
      model.remove(subscriber);
    }
  }

  private static Set<String> expected(Map<String, Set<String>> model, String topic) {
    Set<String> expected = new HashSet<>();
    model.forEach(
        (subscriber, prefixes) -> {
          if (prefixes.stream().anyMatch(topic::startsWith)) {
            expected.add(subscriber);
          }
        });
    return expected;
  }

  private static String word(Random random, int longest) {
    StringBuilder word = new StringBuilder();
    for (int i = random.nextInt(longest + 1); i > 0; i--) {
      word.append("ab".charAt(random.nextInt(2)));
    }
    return word.toString();
  }

  private static long nanosToMatch(PrefixIndex<String> index, byte[][] topics) {
    int[] found = new int[1];
    long start = System.nanoTime();
    for (int i = 0; i < 2_000; i++) {
      index.forEachMatch(topics[i % topics.length], subscriber -> found[0]++);
    }
    long nanos = System.nanoTime() - start;
    assertThat(found[0]).isEqualTo(2_000);
    return nanos;
  }

  private List<String> matches(String topic) {
    return matches(bytes(topic));
  }

  private List<String> matches(byte[] topic) {
    List<String> found = new ArrayList<>();
    index.forEachMatch(topic, found::add);
    return found;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
