package dev.trefoil.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.DrainReport;
import dev.trefoil.Options;
import dev.trefoil.Puller;
import dev.trefoil.Pusher;
import dev.trefoil.SendResult;
import dev.trefoil.spi.Capability;
import java.time.Duration;
import org.assertj.core.api.AbstractLongAssert;
import org.junit.jupiter.api.Test;

/** What a pusher that drains has queued, or on its way. */
abstract class DrainRules extends Rules {
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final int BYTES = 4096;
  private static final int MANY_BYTES = 32 * 1024;
  private static final int QUEUE = 8;

  /** So many that were reported as unsent may have left, where that is not known for sure. */
  private static final int IN_DOUBT = QUEUE;

  DrainRules(TransportTest kit) {
    super(kit);
  }

  @Test
  void l2_shouldReportWhatIsUnsent() throws Exception {
    // A sign of life that meets a closed connection may take with it what is on its way.
    Options.Builder calm = tight().heartbeatInterval(Duration.ofMinutes(10));
    Pusher<String> pushes = near().pusher(calm);
    Puller<String> stuck = far().puller(calm);
    link(stuck, pushes);
    int taken = pushUntilFull(pushes, 0, BYTES);
    Call<DrainReport> drain = call("drain", () -> pushes.drain(SHORT));
    long unsent = drain.result(SHORT.plus(SOON)).unsent();
    assertThat(unsent).as("unsent, with a puller that does not read").isPositive();
    int got = 0;
    while (stuck.receive(got + unsent < taken ? limit() : QUIET) != null) {
      got++; // and more than there are, if more come
    }
    AbstractLongAssert<?> all =
        assertThat(got + unsent)
            .as(
                "messages received (%s) and reported as unsent (%s), of %s taken",
                got, unsent, taken);
    if (has(Capability.ARRIVES_AFTER_CLOSE)) {
      all.isEqualTo(taken);
    } else {
      // What is in doubt is reported, but for one that is halfway out and may be lost.
      all.isBetween(taken - 1L, (long) taken + IN_DOUBT);
    }
  }

  @Test
  void l2_shouldNotReportWhatWasLostWithAPeerBefore() throws Exception {
    Pusher<String> pushes = near().pusher(tight());
    Puller<String> stuck = far().puller(tight().linger(Duration.ZERO));
    link(stuck, pushes);
    pushUntilFull(pushes, 0, BYTES);
    stuck.close();
    eventually("the pusher to see its puller's end", () -> pushes.peers().isEmpty());
    assertThat(pushes.drain(SHORT)).isEqualTo(DrainReport.CLEAN);
  }

  /** Small queues, the system's large buffers, and signs of life in quick succession. */
  private Options.Builder anxious() {
    return beating().sendQueueMessages(QUEUE).receiveQueueMessages(QUEUE);
  }

  private double depthOfPuller() {
    return far().measured("trefoil.queue.depth", "role", "puller");
  }

  @Test
  void l2_shouldLoseNothingOnItsWayOnceItsTimeIsUp() throws Exception {
    Pusher<String> pushes = near().pusher(anxious());
    Puller<String> stuck = far().puller(anxious());
    link(stuck, pushes);
    int taken = pushUntilFull(pushes, 0, MANY_BYTES);
    eventually("the puller to pause", () -> depthOfPuller() >= QUEUE);
    // It says so at once, to a pusher that is still there: when its I/O thread has come round to
    // something else, it has.
    link(far().puller(options()), near().pusher(options()));
    Call<DrainReport> drain = call("drain", () -> pushes.drain(SHORT));
    long unsent = drain.result(SHORT.plus(SOON)).unsent();
    passMoreThanASilence();
    int got = 0;
    Duration patience = has(Capability.ARRIVES_AFTER_CLOSE) ? limit() : QUIET;
    while (stuck.receive(got + unsent < taken ? patience : QUIET) != null) {
      got++; // and more than there are, if more come
    }
    AbstractLongAssert<?> all =
        assertThat(got + unsent)
            .as(
                "messages received (%s) and reported as unsent (%s), of %s taken",
                got, unsent, taken);
    if (has(Capability.ARRIVES_AFTER_CLOSE)) {
      all.isEqualTo(taken);
    } else {
      all.isLessThanOrEqualTo((long) taken + IN_DOUBT);
    }
  }

  @Test
  void l2_shouldWaitForAPullerThatPauses() throws Exception {
    Pusher<String> pushes = near().pusher(anxious());
    Puller<String> stuck = far().puller(anxious());
    link(pushes, stuck);
    int taken = 0;
    // More than the puller's queue takes, and so few that the wire may take the rest. A refusal
    // while the puller has room says only that the pusher's queue is still on its way.
    boolean full = false;
    while (taken < 20 && !full) {
      boolean noRoom = depthOfPuller() >= QUEUE;
      if (pushes.tryPush(heavy(taken, MANY_BYTES)) == SendResult.SENT) {
        taken++;
      } else {
        full = noRoom;
      }
    }
    Call<DrainReport> drain = call("drain", () -> pushes.drain(limit()));
    passMoreThanASilence();
    drain.awaitBlocked(limit());
    assertThat(number(take(stuck::receive, taken).get(taken - 1).value())).isEqualTo(taken - 1);
    assertThat(drain.result(limit())).isEqualTo(DrainReport.CLEAN);
  }

  @Test
  void l2_shouldTakeInWhatAPausedPullerHasOnItsWay() throws Exception {
    if (!has(Capability.GOODBYE)) {
      return; // without it the pusher cannot be told to come to an end
    }
    Pusher<String> pushes = near().pusher(anxious());
    Puller<String> stuck = far().puller(anxious());
    link(pushes, stuck);
    int taken = pushUntilFull(pushes, 0, MANY_BYTES);
    Call<DrainReport> drain = call("drain", () -> stuck.drain(limit()));
    passMoreThanASilence();
    drain.awaitBlocked(limit());
    assertThat(number(take(stuck::receive, taken).get(taken - 1).value())).isEqualTo(taken - 1);
    assertThat(drain.result(limit())).isEqualTo(DrainReport.CLEAN);
  }

  @Test
  void l2_shouldSendWhatIsQueued() throws Exception {
    int count = 500;
    Pusher<String> pushes = near().pusher(options());
    Puller<String> pulls = far().puller(options());
    link(pushes, pulls);
    for (int i = 0; i < count; i++) {
      pushes.push(heavy(i, 256));
    }
    assertThat(pushes.drain(limit())).isEqualTo(DrainReport.CLEAN);
    assertThat(number(take(pulls::receive, count).get(count - 1).value())).isEqualTo(count - 1);
  }
}
