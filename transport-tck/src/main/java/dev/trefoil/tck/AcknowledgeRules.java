package dev.trefoil.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Assurance;
import dev.trefoil.DeadLetter;
import dev.trefoil.Delivery;
import dev.trefoil.NotDeliveredException;
import dev.trefoil.Options;
import dev.trefoil.Puller;
import dev.trefoil.Pusher;
import dev.trefoil.spi.Capability;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Work that is handed out at least once. Without the capability, each asserts the refusal. */
abstract class AcknowledgeRules extends Rules {
  private static final Duration SHORT = Duration.ofMillis(300);

  AcknowledgeRules(TransportTest kit) {
    super(kit);
  }

  private Options.Builder sure() {
    return options().assurance(Assurance.AT_LEAST_ONCE);
  }

  /** True if the transport can do it; otherwise it must say so, and the test is over. */
  private boolean can() {
    if (has(Capability.AT_LEAST_ONCE)) {
      return true;
    }
    assertRefused(() -> near().pusher(sure()), Capability.AT_LEAST_ONCE);
    assertRefused(() -> far().puller(sure()), Capability.AT_LEAST_ONCE);
    return false;
  }

  private void await(CompletableFuture<Void> done) throws Exception {
    done.get(limit().toMillis(), TimeUnit.MILLISECONDS);
  }

  @Test
  void w4_shouldAcknowledgeWhatAHandlerDid() throws Exception {
    if (!can()) {
      return;
    }
    Set<String> done = ConcurrentHashMap.newKeySet();
    Pusher<String> pushes = near().pusher(sure());
    link(far().puller(delivery -> done.add(delivery.value()), sure()), pushes);
    List<CompletableFuture<Void>> acknowledged = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      acknowledged.add(pushes.pushAcknowledged("job " + i));
      pushes.push("other job " + i);
    }
    for (CompletableFuture<Void> each : acknowledged) {
      await(each);
    }
    assertThat(pushes.awaitAcknowledged(limit())).as("awaitAcknowledged").isTrue();
    assertThat(pushes.unacknowledged()).as("unacknowledged").isZero();
    assertThat(done).hasSize(100);
    assertThat(near().measured("trefoil.messages.redelivered")).isZero();
  }

  @Test
  void w4_shouldAcknowledgeOnlyAfterTheHandler() throws Exception {
    if (!can()) {
      return;
    }
    Gate gate = gate();
    Pusher<String> pushes = near().pusher(sure());
    link(far().puller(delivery -> gate.pass(), sure()), pushes);
    CompletableFuture<Void> done = pushes.pushAcknowledged("slow job");
    gate.awaitArrived(1, limit());
    assertThat(pushes.awaitAcknowledged(QUIET))
        .as(
            "acknowledged while the handler still works: an acknowledgement may go out only after "
                + "Source.acknowledge was called")
        .isFalse();
    assertThat(done).as("the future, while the handler still works").isNotDone();
    assertThat(pushes.unacknowledged()).isEqualTo(1);
    gate.open();
    await(done);
  }

  @Test
  void w4_shouldAcknowledgeWhatWasReceived() throws Exception {
    if (!can()) {
      return;
    }
    Pusher<String> pushes = near().pusher(sure());
    Puller<String> pulls = far().puller(sure());
    link(pushes, pulls);
    CompletableFuture<Void> first = pushes.pushAcknowledged("first");
    CompletableFuture<Void> second = pushes.pushAcknowledged("second");
    List<Delivery<String>> got = take(pulls::receive, 2);
    assertThat(got.get(0).id()).as("ids").isNotNull().isNotEqualTo(got.get(1).id());
    assertThat(got.get(0).attempt()).as("the attempt").isEqualTo(1);
    got.get(1).acknowledge();
    await(second);
    assertThat(first).as("the one that was not acknowledged").isNotDone();
    got.get(0).acknowledge();
    got.get(0).acknowledge();
    await(first);
  }

  @Test
  void w4_shouldSendAgainWhenThePullerIsLost() throws Exception {
    if (!can()) {
      return;
    }
    Pusher<String> pushes = near().pusher(sure());
    Puller<String> doomed = far().puller(sure());
    pushes.connect(bind(doomed));
    awaitPeers(pushes, 1);
    List<CompletableFuture<Void>> done = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      done.add(pushes.pushAcknowledged("job " + i));
    }
    List<Delivery<String>> taken = take(doomed::receive, 3);
    taken.get(0).acknowledge();
    await(done.get(0));
    doomed.close();

    Puller<String> other = side("other").puller(sure());
    pushes.connect(bind(other));
    List<Delivery<String>> again = take(other::receive, 9);
    again.forEach(Delivery::acknowledge);
    for (CompletableFuture<Void> each : done) {
      await(each);
    }
    assertThat(values(again)).as("all but the acknowledged one").doesNotContain("job 0");
    assertThat(again).extracting(Delivery::id).contains(taken.get(1).id(), taken.get(2).id());
    assertThat(again).as("attempts").allMatch(each -> each.attempt() == 2);
    assertThat(near().measured("trefoil.messages.redelivered")).isEqualTo(9);
  }

  @Test
  void w4_shouldSendAgainWhenTheHandlerFails() throws Exception {
    if (!can()) {
      return;
    }
    List<Integer> attempts = new CopyOnWriteArrayList<>();
    Pusher<String> pushes = near().pusher(sure());
    Puller<String> pulls =
        far()
            .puller(
                delivery -> {
                  attempts.add(delivery.attempt());
                  if (delivery.attempt() < 3) {
                    throw new IllegalStateException("not yet");
                  }
                },
                sure());
    link(pushes, pulls);
    await(pushes.pushAcknowledged("stubborn"));
    assertThat(attempts).as("attempts that the handler saw").containsExactly(1, 2, 3);
    eventuallyMeasured(2, near(), "trefoil.messages.redelivered");
  }

  @Test
  void w4_shouldSendAgainWhatWasRefused() throws Exception {
    if (!can()) {
      return;
    }
    Pusher<String> pushes = near().pusher(sure());
    Puller<String> pulls = far().puller(sure());
    link(pulls, pushes);
    CompletableFuture<Void> done = pushes.pushAcknowledged("not for me");
    Delivery<String> first = takeOne(pulls::receive);
    first.refuse("busy");
    first.acknowledge();
    Delivery<String> second = takeOne(pulls::receive);
    assertThat(second.id()).as("the id of the second attempt").isEqualTo(first.id());
    assertThat(second.attempt()).isEqualTo(2);
    assertThat(done).as("refused, then acknowledged: only the first call counts").isNotDone();
    second.acknowledge();
    await(done);
  }

  @Test
  void w4_shouldSendAgainWhatIsNotAcknowledgedInTime() throws Exception {
    if (!can()) {
      return;
    }
    Pusher<String> pushes = near().pusher(sure().acknowledgeTimeout(SHORT).maxAttempts(50));
    Puller<String> pulls = far().puller(sure());
    link(pulls, pushes);
    CompletableFuture<Void> done = pushes.pushAcknowledged("forgotten");
    Delivery<String> first = takeOne(pulls::receive);
    Delivery<String> second = takeOne(pulls::receive);
    assertThat(second.id()).isEqualTo(first.id());
    assertThat(second.attempt()).isEqualTo(2);
    second.acknowledge();
    await(done);
  }

  @Test
  void w4_shouldGiveUpAfterItsAttempts() throws Exception {
    if (!can()) {
      return;
    }
    List<DeadLetter> letters = new CopyOnWriteArrayList<>();
    AtomicInteger tries = new AtomicInteger();
    Pusher<String> pushes = near().pusher(sure().maxAttempts(3).deadLetters(letters::add));
    Puller<String> pulls =
        far()
            .puller(
                delivery -> {
                  if (delivery.value().equals("poison")) {
                    tries.incrementAndGet();
                    throw new IllegalStateException("indigestible");
                  }
                },
                sure());
    link(pushes, pulls);
    CompletableFuture<Void> poison = pushes.pushAcknowledged("poison");
    Throwable failure =
        poison.handle((value, error) -> error).get(limit().toMillis(), TimeUnit.MILLISECONDS);
    assertThat(failure).isInstanceOf(NotDeliveredException.class);
    assertThat(tries).as("how often the handler saw it").hasValue(3);
    eventually("the dead letter to be told", () -> letters.size() == 1);
    DeadLetter letter = letters.get(0);
    assertThat(new String(letter.payload(), StandardCharsets.UTF_8)).isEqualTo("poison");
    assertThat(letter.attempts()).isEqualTo(3);
    assertThat(letter.reason()).as("why").contains("indigestible");
    eventuallyMeasured(1, near(), "trefoil.messages.dead");
    await(pushes.pushAcknowledged("wholesome"));
  }

  @Test
  void w4_shouldLoseNothingWhilePullersComeAndGo() throws Exception {
    if (!can()) {
      return;
    }
    int count = 300;
    Set<String> done = ConcurrentHashMap.newKeySet();
    Pusher<String> pushes = near().pusher(sure().maxAttempts(50));
    var at = bind(pushes);
    Call<Boolean> pushing =
        call(
            "pushing",
            () -> {
              for (int i = 0; i < count; i++) {
                pushes.push("job " + i);
              }
              return true;
            });
    while (done.size() < count / 2) {
      Puller<String> short1 = far().puller(delivery -> done.add(delivery.value()), sure());
      short1.connect(at);
      int before = done.size();
      eventually("some work to be done", () -> done.size() >= Math.min(count, before + 20));
      short1.close();
    }
    Puller<String> last = far().puller(delivery -> done.add(delivery.value()), sure());
    last.connect(at);
    pushing.result(limit());
    assertThat(pushes.awaitAcknowledged(limit())).as("awaitAcknowledged").isTrue();
    assertThat(done).as("jobs done at least once").hasSize(count);
  }

  @Test
  void w4_shouldFailTheFutureWhenThePusherCloses() throws Exception {
    if (!can()) {
      return;
    }
    Pusher<String> pushes = near().pusher(sure());
    Puller<String> pulls = far().puller(sure());
    link(pulls, pushes);
    CompletableFuture<Void> done = pushes.pushAcknowledged("unlucky");
    takeOne(pulls::receive);
    pushes.close();
    ExecutionException failure =
        org.assertj.core.api.Assertions.catchThrowableOfType(
            ExecutionException.class, () -> await(done));
    assertThat(failure)
        .as("the future of a message that was not acknowledged when the pusher closed")
        .isNotNull();
  }

  @Test
  void w5_shouldNotHoard() throws Exception {
    if (!can()) {
      return;
    }
    Pusher<String> pushes = near().pusher(sure());
    Puller<String> slow = far().puller(sure().prefetch(3));
    var at = link(pushes, slow);
    for (int i = 0; i < 3; i++) {
      pushes.push("job " + i);
    }
    List<Delivery<String>> held = take(slow::receive, 3);
    Puller<String> quick = far().puller(sure());
    quick.connect(at);
    awaitPeers(pushes, 2);
    for (int i = 3; i < 10; i++) {
      pushes.push("job " + i);
    }
    assertQuiet(slow::receive, "a puller with prefetch 3 holds no fourth unacknowledged message");
    List<Delivery<String>> others = take(quick::receive, 7);
    assertThat(values(others)).contains("job 3", "job 9");
    held.get(0).acknowledge();
    others.forEach(Delivery::acknowledge);
    eventually("acknowledgements to arrive", () -> pushes.unacknowledged() == 2);
    for (int i = 10; i < 12; i++) {
      pushes.push("job " + i);
    }
    takeOne(slow::receive).acknowledge();
    takeOne(quick::receive).acknowledge();
  }

  @Test
  void w5_shouldWaitWhenEveryPullerHoldsItsShare() throws Exception {
    if (!can()) {
      return;
    }
    Pusher<String> pushes = near().pusher(sure().inFlight(4).sendTimeout(SHORT));
    Puller<String> pulls = far().puller(sure().prefetch(2));
    link(pulls, pushes);
    int taken = 0;
    while (taken < 20 && pushes.tryPush("job " + taken) == dev.trefoil.SendResult.SENT) {
      taken++;
    }
    assertThat(taken).as("messages taken with inFlight 4").isBetween(2, 4);
    List<Delivery<String>> held = take(pulls::receive, 2);
    assertQuiet(pulls::receive, "a puller with prefetch 2 holds no third unacknowledged message");
    held.forEach(Delivery::acknowledge);
    take(pulls::receive, taken - 2).forEach(Delivery::acknowledge);
    assertThat(pushes.awaitAcknowledged(limit())).isTrue();
    pushes.push("one more");
    assertThat(takeOne(pulls::receive).value()).isEqualTo("one more");
  }
}
