package dev.trefoil.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Delivery;
import dev.trefoil.Endpoint;
import dev.trefoil.Messaging;
import dev.trefoil.NotSupportedException;
import dev.trefoil.Options;
import dev.trefoil.Overflow;
import dev.trefoil.Puller;
import dev.trefoil.Pusher;
import dev.trefoil.Role;
import dev.trefoil.SendResult;
import dev.trefoil.TcpOptions;
import dev.trefoil.spi.Capability;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.opentest4j.AssertionFailedError;

/**
 * What the rules of all patterns share: two sides, each a {@code Messaging} of its own, opened when
 * a test first asks for them and closed after it; and waiting that has a limit.
 */
abstract class Rules {
  /** How long to look for something that must not come. */
  static final Duration QUIET = Duration.ofMillis(150);

  /** How long close goes on sending in the kit. */
  static final Duration LINGER = Duration.ofMillis(200);

  /**
   * What is meant by "at once": half of what the kit waits for anything, and above what a thread
   * waits for a processor on a machine that has too much to do.
   */
  static final Duration SOON = Duration.ofSeconds(5);

  /**
   * How many messages may wait under {@link #tight}: a resume that is on its way when the queue of
   * 8 fills again lets one more in.
   */
  static final int MOST_WAITING = 9;

  /** So many messages are never between a pusher and a puller that does not read: 20 MB. */
  static final int MORE_THAN_FITS = 5_000;

  /** So many refusals in a row mean that there is no room, or that a thread has to come round. */
  private static final int LOOKS = 15;

  private static final Duration PAUSE = Duration.ofMillis(5);

  private static final Duration BEAT = Duration.ofMillis(50);

  /** A peer is lost after a second: less than that a thread may wait for a processor. */
  private static final int MISSES = 20;

  private static final int SMALL_BUFFER = 16 * 1024;

  final TransportTest kit;
  private final List<Side> sides = new ArrayList<>();
  private final List<Gate> gates = new ArrayList<>();
  private final List<Call<?>> calls = new ArrayList<>();
  private @Nullable Side near;
  private @Nullable Side far;

  Rules(TransportTest kit) {
    this.kit = kit;
  }

  /** How a role hands over what it received. */
  interface Intake<T> {
    @Nullable T receive(Duration timeout) throws InterruptedException;
  }

  final Side near() {
    if (near == null) {
      near = side("near");
    }
    return near;
  }

  final Side far() {
    if (far == null) {
      far = side("far");
    }
    return far;
  }

  final Side side(String name) {
    return side(name, builder -> builder);
  }

  final Side side(String name, java.util.function.UnaryOperator<Messaging.Builder> more) {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    Messaging.Builder builder =
        Messaging.builder()
            .name(name)
            .ioThreads(1)
            .meterRegistry(meters)
            .transport(kit.newTransport());
    Side side = new Side(more.apply(kit.customize(builder)).build(), meters);
    sides.add(side);
    return side;
  }

  @AfterEach
  final void closeEverything() throws Exception {
    gates.forEach(Gate::open);
    List<Call<?>> closing = new ArrayList<>();
    for (Side side : sides) {
      closing.add(Call.start("Messaging.close()", () -> closed(side)));
    }
    try {
      for (Call<?> close : closing) {
        close.result(limit());
      }
    } finally {
      for (Call<?> close : closing) {
        close.end(SOON);
      }
      for (Call<?> call : calls) {
        call.end(SOON);
      }
      letGo();
    }
  }

  /** JUnit keeps the test's instance until the leak check is done: it must not be what leaks. */
  private void letGo() {
    sides.clear();
    gates.clear();
    calls.clear();
    near = null;
    far = null;
  }

  private static boolean closed(Side side) {
    side.close();
    return true;
  }

  final Duration limit() {
    return kit.limit();
  }

  final boolean has(Capability capability) {
    return kit.expectedCapabilities().contains(capability);
  }

  /** The options that a test starts from: nothing waits longer than the kit does. */
  final Options.Builder options() {
    return kit.options()
        .requestTimeout(limit())
        .sendTimeout(limit())
        .linger(LINGER)
        .reconnectMin(Duration.ofMillis(10))
        .reconnectMax(Duration.ofMillis(100))
        .overflow(has(Capability.DROP_OLDEST) ? Overflow.DROP_OLDEST : Overflow.DROP_NEWEST);
  }

  /** Options with which a peer that does not read is felt soon: small queues, small buffers. */
  final Options.Builder tight() {
    TcpOptions.Builder tcp =
        kit.options().build().tcp().toBuilder()
            .sendBufferBytes(SMALL_BUFFER)
            .receiveBufferBytes(SMALL_BUFFER);
    return options().tcp(tcp.build()).sendQueueMessages(8).receiveQueueMessages(8);
  }

  /** Options with which signs of life come in quick succession. */
  final Options.Builder beating() {
    return options().heartbeatInterval(BEAT).heartbeatMisses(MISSES);
  }

  /** Lets more time pass than a peer under {@link #beating} may be silent. */
  final void passMoreThanASilence() throws InterruptedException {
    Puller<String> clock = near().puller(options());
    assertThat(clock.receive(BEAT.multipliedBy(MISSES + 10))).isNull();
  }

  /**
   * Pushes until there is no room, and says how many were taken. A refusal may say no more than
   * that the pusher's queue was not moved on yet, or that the puller's thread has not read; so both
   * have to come round, and there has to be no room after that.
   *
   * @param first the number of the first message
   */
  final int pushUntilFull(Pusher<String> pushes, int first, int bytes) throws InterruptedException {
    int taken = pushUntilRefused(pushes, first, 0, bytes);
    int before;
    do {
      before = taken;
      comeRound();
      taken = pushUntilRefused(pushes, first, taken, bytes);
    } while (taken > before);
    return taken;
  }

  /** Has the threads of both sides do something for others, behind what they are at. */
  private void comeRound() throws InterruptedException {
    try (Pusher<String> one = near().pusher(options());
        Puller<String> other = far().puller(options())) {
      link(other, one);
      one.push("and now to something else");
      takeOne(other::receive);
    }
  }

  /** A time would pass even while the whole machine stands still: so it looks often. */
  private static int pushUntilRefused(Pusher<String> pushes, int first, int before, int bytes) {
    int taken = before;
    int refused = 0;
    while (refused < LOOKS) {
      SendResult result = pushes.tryPush(heavy(first + taken, bytes));
      if (result == SendResult.SENT) {
        taken++;
        refused = 0;
      } else {
        assertThat(result)
            .as("what tryPush says of a puller that does not read")
            .isEqualTo(SendResult.FULL);
        refused++;
        LockSupport.parkNanos(PAUSE.toNanos());
      }
      if (taken > MORE_THAN_FITS) {
        throw new AssertionFailedError(
            taken
                + " messages of "
                + bytes
                + " bytes were taken for a puller that does not read, "
                + "with queues of 8 on both sides: pressure does not reach the pusher");
      }
    }
    return taken;
  }

  final Gate gate() {
    Gate gate = new Gate();
    gates.add(gate);
    return gate;
  }

  final <T extends @Nullable Object> Call<T> call(String what, Callable<T> body) {
    Call<T> call = Call.start(what, body);
    calls.add(call);
    return call;
  }

  final Endpoint bind(Role role) {
    return role.bind(kit.freshEndpoint());
  }

  /** Binds one, connects the others to it, and waits until all of them are peers. */
  final Endpoint link(Role binding, Role... connecting) throws InterruptedException {
    Endpoint at = bind(binding);
    for (Role role : connecting) {
      role.connect(at);
    }
    for (Role role : connecting) {
      awaitPeers(role, 1);
    }
    awaitPeers(binding, connecting.length);
    return at;
  }

  final void awaitPeers(Role role, int count) throws InterruptedException {
    assertThat(role.awaitPeers(count, limit()))
        .as("%s should have %s peers within %s, but has %s", role, count, limit(), role.peers())
        .isTrue();
  }

  final void awaitNoPeers(Role role) {
    eventually(role + " to have no peers", () -> role.peers().isEmpty());
  }

  /** Waits for a condition, up to the kit's limit. */
  final void eventually(String what, Callable<Boolean> condition) {
    Awaitility.await(what).atMost(limit()).pollInterval(Duration.ofMillis(5)).until(condition);
  }

  /** Waits until an assertion holds, up to the kit's limit. */
  final void eventuallyHolds(ThrowingRunnable assertion) {
    Awaitility.await().atMost(limit()).pollInterval(Duration.ofMillis(5)).untilAsserted(assertion);
  }

  final void eventuallyMeasured(long count, Side side, String meter, String... tags) {
    eventuallyHolds(
        () ->
            assertThat(side.measured(meter, tags))
                .as("the meter %s%s", meter, List.of(tags))
                .isEqualTo(count));
  }

  /** Receives so many messages, and says how far it came if they do not all come. */
  final <T> List<Delivery<T>> take(Intake<Delivery<T>> intake, int count)
      throws InterruptedException {
    List<Delivery<T>> taken = new ArrayList<>();
    while (taken.size() < count) {
      Delivery<T> next = intake.receive(limit());
      if (next == null) {
        throw new AssertionFailedError(
            "only "
                + taken.size()
                + " of "
                + count
                + " messages came; none in the last "
                + limit()
                + "; they were "
                + shorten(values(taken)));
      }
      taken.add(next);
    }
    return taken;
  }

  final <T> Delivery<T> takeOne(Intake<Delivery<T>> intake) throws InterruptedException {
    return take(intake, 1).get(0);
  }

  final <T> List<T> takeValues(Intake<Delivery<T>> intake, int count) throws InterruptedException {
    return values(take(intake, count));
  }

  static <T> List<T> values(List<Delivery<T>> deliveries) {
    return deliveries.stream().map(Delivery::value).toList();
  }

  /** Gives what came, or fails the test if nothing did. */
  static <T> T present(@Nullable T value, String what) {
    if (value == null) {
      throw new AssertionFailedError(what + " did not come");
    }
    return value;
  }

  /** Asserts that nothing comes for a while. */
  final <T> void assertQuiet(Intake<T> intake, String why) throws InterruptedException {
    assertThat(intake.receive(QUIET)).as(why).isNull();
  }

  /** Asserts that a role whose options ask for too much is refused at bind and at connect. */
  final void assertRefused(Supplier<? extends Role> role, Capability lacking) {
    Endpoint at = kit.freshEndpoint();
    for (boolean binds : new boolean[] {true, false}) {
      Role refused = role.get();
      NotSupportedException failure =
          org.assertj.core.api.Assertions.catchThrowableOfType(
              NotSupportedException.class, () -> bindOrConnect(refused, at, binds));
      assertThat(failure)
          .as(
              "%s is not among the declared capabilities, so %s must fail with %s",
              lacking, binds ? "bind" : "connect", "NotSupportedException")
          .isNotNull();
      assertThat(failure).hasMessageContaining(at.toString());
      assertThat(String.valueOf(failure.getMessage()).toUpperCase(Locale.ROOT).replace(' ', '_'))
          .as("the message names the feature that is lacking")
          .contains(lacking.name());
    }
  }

  private static void bindOrConnect(Role role, Endpoint at, boolean binds) {
    if (binds) {
      role.bind(at);
    } else {
      role.connect(at);
    }
  }

  private static String shorten(List<?> list) {
    String text = list.toString();
    return text.length() <= 500 ? text : text.substring(0, 500) + "…";
  }

  /** The text of a message with a number and some weight. */
  static String heavy(int number, int bytes) {
    String head = number + ":";
    return head + "x".repeat(Math.max(0, bytes - head.length()));
  }

  static int number(String heavy) {
    return Integer.parseInt(heavy.substring(0, heavy.indexOf(':')));
  }
}
