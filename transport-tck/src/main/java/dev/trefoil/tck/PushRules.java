package dev.trefoil.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.trefoil.Delivery;
import dev.trefoil.Endpoint;
import dev.trefoil.Puller;
import dev.trefoil.Pusher;
import dev.trefoil.SendResult;
import dev.trefoil.TimedOutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

/** Work that is handed out at most once, and pressure. */
abstract class PushRules extends Rules {
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final int BYTES = 4096;

  PushRules(TransportTest kit) {
    super(kit);
  }

  @Test
  void w1_shouldHandEachMessageToExactlyOnePuller() throws Exception {
    int count = 600;
    ConcurrentLinkedQueue<String> got = new ConcurrentLinkedQueue<>();
    Pusher<String> pushes = near().pusher(options());
    for (int i = 0; i < 3; i++) {
      Puller<String> pulls = far().puller(delivery -> got.add(delivery.value()), options());
      pushes.connect(bind(pulls));
    }
    awaitPeers(pushes, 3);
    List<Call<Boolean>> threads = new ArrayList<>();
    for (int thread = 0; thread < 3; thread++) {
      int first = thread * count / 3;
      threads.add(call("pushing", () -> pushMany(pushes, first, count / 3)));
    }
    for (Call<Boolean> thread : threads) {
      thread.result(limit());
    }
    eventuallyHolds(() -> assertThat(lost(got, count)).as("messages that never arrived").isEmpty());
    assertThat(twice(got)).as("messages that arrived more than once").isEmpty();
    assertThat(got).hasSize(count);
  }

  private static boolean pushMany(Pusher<String> pushes, int first, int count)
      throws InterruptedException {
    for (int i = first; i < first + count; i++) {
      pushes.push("" + i);
    }
    return true;
  }

  private static List<String> lost(Iterable<String> got, int count) {
    List<String> missing =
        new ArrayList<>(IntStream.range(0, count).mapToObj(i -> "" + i).toList());
    Map<String, Integer> counted = count(got);
    missing.removeIf(counted::containsKey);
    return missing;
  }

  private static List<String> twice(Iterable<String> got) {
    List<String> repeated = new ArrayList<>();
    count(got)
        .forEach(
            (message, count) -> {
              if (count > 1) {
                repeated.add(message);
              }
            });
    return repeated;
  }

  private static Map<String, Integer> count(Iterable<String> got) {
    Map<String, Integer> counted = new TreeMap<>();
    got.forEach(message -> counted.merge(message, 1, Integer::sum));
    return counted;
  }

  @Test
  void w1_shouldTakeTurns() throws Exception {
    Pusher<String> pushes = near().pusher(options());
    Puller<String> one = far().puller(options());
    Puller<String> two = far().puller(options());
    Puller<String> three = far().puller(options());
    link(pushes, one, two, three);
    for (int i = 0; i < 30; i++) {
      pushes.push("" + i);
    }
    for (Puller<String> pulls : List.of(one, two, three)) {
      take(pulls::receive, 10);
      assertQuiet(pulls::receive, "30 messages for three idle pullers are ten for each");
    }
  }

  @Test
  void w1_shouldPassOverAPullerWithoutRoom() throws Exception {
    int count = 600;
    Pusher<String> pushes = near().pusher(tight());
    Puller<String> stuck = far().puller(tight());
    Endpoint at = link(pushes, stuck);
    int taken = pushUntilFull(pushes, 0, BYTES);
    AtomicInteger late = new AtomicInteger();
    ConcurrentLinkedQueue<String> got = new ConcurrentLinkedQueue<>();
    Puller<String> free = far().puller(delivery -> got.add(delivery.value()), options());
    free.connect(at);
    awaitPeers(pushes, 2);
    for (int i = 0; i < count; i++) {
      pushes.push(heavy(taken + i, BYTES));
    }
    // Buffers on the way to the stuck one may take a few more in the end, where there are any.
    eventually("the puller with room to get the others", () -> got.size() >= count - 16);
    eventually(
        "the stuck one, when it reads again, to get what it had taken",
        () -> {
          while (stuck.receive(Duration.ZERO) != null) {
            late.incrementAndGet();
          }
          return late.get() + got.size() == taken + count;
        });
  }

  @Test
  void w1_shouldKeepOrderToOnePuller() throws Exception {
    int count = 1000;
    Pusher<String> pushes = near().pusher(options());
    Puller<String> pulls = far().puller(options());
    link(pulls, pushes);
    Call<Boolean> pushing = call("pushing", () -> pushMany(pushes, 0, count));
    List<String> got = takeValues(pulls::receive, count);
    pushing.result(limit());
    for (int i = 0; i < count; i++) {
      assertThat(got.get(i))
          .as("what one pusher sends to one puller arrives in order: place %s", i)
          .isEqualTo("" + i);
    }
  }

  @Test
  void w2_shouldSayWhatBecameOfATry() throws Exception {
    Pusher<String> pushes = near().pusher(tight());
    assertThat(pushes.tryPush("nobody")).as("with no peer").isEqualTo(SendResult.NO_PEER);
    Puller<String> pulls = far().puller(tight());
    Endpoint at = link(pulls, pushes);
    assertThat(pushes.tryPush("0:")).as("with an idle peer").isEqualTo(SendResult.SENT);
    assertThat(number(takeOne(pulls::receive).value())).isZero();
    assertThat(pushUntilFull(pushes, 0, BYTES)).as("messages until FULL").isPositive();
    assertThat(pulls.unbind(at)).isTrue();
    awaitNoPeers(pushes);
    assertThat(pushes.tryPush("nobody")).as("after the peer left").isEqualTo(SendResult.NO_PEER);
    pushes.close();
    assertThat(pushes.tryPush("closed")).as("after close").isEqualTo(SendResult.CLOSED);
  }

  @Test
  void w2_shouldTimeOutWithoutAPuller() throws Exception {
    Pusher<String> pushes = near().pusher(options().sendTimeout(SHORT));
    Endpoint at = bind(pushes);
    long start = System.nanoTime();
    TimedOutException failure =
        catchThrowableOfType(TimedOutException.class, () -> pushes.push("nobody"));
    assertThat(failure).as("a push to nobody").isNotNull();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(SHORT, SHORT.plus(SOON));
    assertThat(failure).hasMessageContaining(at.toString());
    assertThat(failure.peerSeen()).isFalse();
    assertThat(failure.timeout()).isEqualTo(SHORT);

    Puller<String> pulls = far().puller(options());
    pulls.connect(at);
    awaitPeers(pushes, 1);
    pushes.push("somebody");
    assertThat(takeOne(pulls::receive).value())
        .as("the first message: a push that timed out was not taken")
        .isEqualTo("somebody");
  }

  @Test
  void w2_shouldTimeOutWithoutRoom() throws Exception {
    Pusher<String> pushes = near().pusher(tight().sendTimeout(SHORT));
    Puller<String> pulls = far().puller(tight());
    link(pushes, pulls);
    int taken = 0;
    TimedOutException failure = null;
    while (failure == null && taken < MORE_THAN_FITS) {
      try {
        pushes.push(heavy(taken, BYTES));
        taken++;
      } catch (TimedOutException e) {
        failure = e;
      }
    }
    assertThat(failure).as("a push without room").isNotNull();
    assertThat(present(failure, "the failure").peerSeen()).isTrue();
    List<Delivery<String>> got = take(pulls::receive, taken);
    assertThat(number(got.get(taken - 1).value())).as("the last one").isEqualTo(taken - 1);
    assertQuiet(pulls::receive, "a push that timed out was not taken");
  }

  @Test
  void w2_shouldGoOnWhenAPullerComes() throws Exception {
    Pusher<String> pushes = near().pusher(options());
    Endpoint at = bind(pushes);
    Call<Boolean> push = call("push without a puller", () -> pushed(pushes, "at last"));
    push.awaitBlocked(limit());
    Puller<String> pulls = far().puller(options());
    pulls.connect(at);
    push.result(limit());
    assertThat(takeOne(pulls::receive).value()).isEqualTo("at last");
  }

  @Test
  void w2_shouldGoOnWhenThereIsRoom() throws Exception {
    // Room must wake the one that waits; nobody asks a second time within the kit's limit.
    Pusher<String> pushes = near().pusher(tight().sendTimeout(limit().multipliedBy(3)));
    Puller<String> pulls = far().puller(tight());
    link(pulls, pushes);
    int count = 1000;
    Call<Boolean> pushing =
        call(
            "push without room",
            () -> {
              for (int i = 0; i < count; i++) {
                pushes.push(heavy(i, BYTES));
              }
              return true;
            });
    pushing.awaitBlocked(limit());
    try {
      take(pulls::receive, count);
      pushing.result(limit());
    } catch (AssertionFailedError e) {
      throw new AssertionFailedError(
          "the puller reads, but the push that waits for room was not woken: after a send "
              + "returned false, targetReady must follow as soon as there is room. "
              + e.getMessage());
    }
  }

  private static boolean pushed(Pusher<String> pushes, String value) throws InterruptedException {
    pushes.push(value);
    return true;
  }

  @Test
  void w3_shouldPushAtMostOnceByDefault() throws Exception {
    Pusher<String> pushes = near().pusher(options());
    Puller<String> pulls = far().puller(options());
    link(pulls, pushes);
    pushes.push("once");
    Delivery<String> got = takeOne(pulls::receive);
    assertThat(got.value()).isEqualTo("once");
    assertThat(got.topic()).as("a pushed message has no topic").isEmpty();
    assertThat(got.id()).as("the id of a message pushed at most once").isNull();
    assertThat(got.attempt()).as("its attempt").isEqualTo(1);
    got.acknowledge();
    got.refuse("without effect");
    assertThat(pushes.unacknowledged()).isZero();
    assertThatThrownBy(() -> pushes.pushAcknowledged("?"))
        .as("pushAcknowledged without AT_LEAST_ONCE")
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("AT_LEAST_ONCE");
    assertQuiet(pulls::receive, "a refused message must not come again");
  }

  @Test
  void w6_shouldBoundWhatIsBetweenPusherAndPuller() throws Exception {
    Pusher<String> pushes = near().pusher(tight());
    Puller<String> pulls = far().puller(tight());
    link(pulls, pushes);
    int taken = 0;
    int read = 0;
    for (int round = 0; round < 3; round++) {
      taken += pushUntilFull(pushes, taken, BYTES);
      assertThat(far().measured("trefoil.queue.depth", "role", "puller"))
          .as(
              "the puller's queue of at most 8 (receiveQueueMessages): when the listener returns "
                  + "false, the port must read nothing more until resume")
          .isLessThanOrEqualTo(MOST_WAITING);
      for (Delivery<String> got : take(pulls::receive, round == 2 ? taken - read : 3)) {
        assertThat(number(got.value())).as("the message at place %s", read).isEqualTo(read++);
      }
    }
    assertQuiet(pulls::receive, "all were received");
  }

  @Test
  void w6_shouldLoseNothingUnderPressure() throws Exception {
    int count = 1500;
    Pusher<String> pushes = near().pusher(tight());
    Puller<String> pulls = far().puller(tight());
    link(pushes, pulls);
    Call<Boolean> pushing =
        call(
            "pushing under pressure",
            () -> {
              for (int i = 0; i < count; i++) {
                pushes.push(heavy(i, 256));
              }
              return true;
            });
    for (int i = 0; i < count; i++) {
      assertThat(number(takeOne(pulls::receive).value()))
          .as("the message at place %s", i)
          .isEqualTo(i);
    }
    pushing.result(limit());
  }
}
