package dev.trefoil.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectNestedMethod;

import dev.trefoil.spi.Transport;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/**
 * The kit against transports that are broken on purpose: each must fail the rule that it breaks,
 * with words that lead its author to the fault.
 */
@Tag("one-jvm")
class BrokenTransportsTest {
  /** Not so long that a fault that shows by what does not come takes ten seconds. */
  private static final Duration SHORT = Duration.ofSeconds(3);

  private static final Duration LONG = Duration.ofSeconds(10);

  private static volatile Supplier<Transport> fault = Faults.DeclaresTooMuch::new;
  private static volatile Duration patience = SHORT;

  /** The kit on whichever fault is set. Surefire does not run nested classes by themselves. */
  static final class OnBroken extends InprocTransportTest {
    @Override
    protected Transport newTransport() {
      return fault.get();
    }

    @Override
    protected Duration limit() {
      return patience;
    }
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        broken(
            Faults.DropsEveryHundredth::new,
            TransportTest.PushPull.class,
            "w1_shouldHandEachMessageToExactlyOnePuller",
            "W1",
            "never arrived"),
        broken(
            Faults.Duplicates::new,
            TransportTest.PushPull.class,
            "w1_shouldHandEachMessageToExactlyOnePuller",
            "W1",
            "arrived more than once"),
        broken(
            Faults.Reorders::new,
            TransportTest.PublishSubscribe.class,
            "p3_shouldKeepOrder",
            "P3",
            "must arrive in order"),
        broken(
            Faults.AnswersTheWrongCaller::new,
            TransportTest.RequestReply.class,
            "r1_shouldGiveEachCallerItsOwnReply",
            "R1",
            "must reach the caller that asked"),
        broken(
            Faults.BlocksInClose::new,
            TransportTest.Closing.class,
            "l1_shouldReturnWithinTheLinger",
            "L1",
            "did not return within",
            "linger"),
        broken(
            Faults.LeaksAThread::new,
            TransportTest.PushPull.class,
            "w3_shouldPushAtMostOnceByDefault",
            "L1",
            "leaked thread",
            "pigeon-io-1",
            "waitForEver"),
        broken(
            Faults.LeaksASocket::new,
            TransportTest.PushPull.class,
            "w3_shouldPushAtMostOnceByDefault",
            "L1",
            "leaked descriptors",
            "socket"),
        broken(
            Faults.LeaksBuffers::new,
            TransportTest.PushPull.class,
            "w3_shouldPushAtMostOnceByDefault",
            "L1",
            "leaked direct memory"),
        broken(
            Faults.HidesTheLossOfAPeer::new,
            TransportTest.RequestTrouble.class,
            "r4_shouldFailAtOnceWhenThePeerIsLost",
            "R4",
            "targetDown must follow",
            "PEER_LOSS"),
        broken(
            Faults.HidesTheDeadline::new,
            TransportTest.RequestReply.class,
            "r2_shouldTellTheDeadline",
            "R2",
            "WIRE_DEADLINES",
            "deadline of 7 s"),
        broken(
            Faults.HidesTheDeadline::new,
            TransportTest.RequestReply.class,
            "r2_shouldNotHandleWhatHasExpired",
            "R2",
            "expired in the queue"),
        broken(
            Faults.DeliversAfterClose::new,
            TransportTest.Ports.class,
            "l1_shouldCallNoListenerAfterAPortWasClosed",
            "L1",
            "no listener may be called",
            "message"),
        broken(
            Faults.ForgetsSubscriptions::new,
            TransportTest.PublishSubscribe.class,
            "p5_shouldKeepSubscriptionsWhenTheConnectionBreaks",
            "P5",
            "must know the subscription",
            "each new connection"),
        broken(
            Faults.AcknowledgesTooEarly::new,
            TransportTest.AtLeastOnce.class,
            "w4_shouldAcknowledgeOnlyAfterTheHandler",
            "W4",
            "while the handler still works"),
        broken(
            Faults.IgnoresPause::new,
            TransportTest.PushPull.class,
            "w6_shouldBoundWhatIsBetweenPusherAndPuller",
            "W6",
            "pressure does not reach"),
        broken(
            Faults.IgnoresPause::new,
            TransportTest.Ports.class,
            "w6_shouldReadNothingMoreAfterFalse",
            "W6",
            "returned false",
            "resume"),
        broken(
            Faults.NeverSaysReady::new,
            TransportTest.PushPull.class,
            "w2_shouldGoOnWhenThereIsRoom",
            "W2",
            "targetReady must follow"),
        broken(
            Faults.ClaimsGapReports::new,
            TransportTest.SlowSubscribers.class,
            "p7_shouldTellOfAGapExactly",
            "P7",
            "GAP_REPORTS",
            "missed()"),
        broken(
            Faults.DeclaresTooMuch::new,
            TransportTest.Binding.class,
            "e1_shouldDeclareTheExpectedCapabilities",
            "E1",
            "HEARTBEATS"),
        broken(
            Faults.SwallowsBindErrors::new,
            TransportTest.Binding.class,
            "e3_shouldSayThatAnEndpointIsInUse",
            "E3",
            "must throw BindFailedException"),
        broken(
            Faults.DoesNotFilter::new,
            TransportTest.PublishSubscribe.class,
            "p4_shouldFilterAtThePublisher",
            "P4",
            "what nobody wants"),
        broken(
            Faults.IgnoresCredit::new,
            TransportTest.AtLeastOnce.class,
            "w5_shouldNotHoard",
            "W5",
            "prefetch 3"));
  }

  private static Arguments broken(
      Supplier<Transport> transport, Class<?> rules, String test, String... words) {
    String name = transport.get().getClass().getSimpleName();
    return arguments(name, transport, rules, test, List.of(words));
  }

  @ParameterizedTest(name = "{0} breaks {3}")
  @MethodSource("faults")
  void shouldBeCaughtByTheRuleThatItBreaks(
      String name, Supplier<Transport> transport, Class<?> rules, String test, List<String> words) {
    Throwable failure = failureOf(transport, SHORT, rules, test);
    assertThat(failure).as("%s is broken, but %s passed", name, test).isNotNull();
    assertThat(failure).isInstanceOf(AssertionError.class);
    assertThat(failure.getMessage()).as("what the kit says of it").contains(words);
    assertThat(failure.getMessage().length()).as("length of the message").isLessThan(3000);
  }

  /** Each of the tests above can pass: on a transport that is not broken it does. */
  @ParameterizedTest(name = "{3} passes on a transport that works")
  @MethodSource("faults")
  @ExtendWith(LeakCheck.class)
  void shouldPassOnATransportThatWorks(
      String name, Supplier<Transport> transport, Class<?> rules, String test, List<String> words) {
    assertThat(failureOf(() -> new FaultyTransport() {}, LONG, rules, test)).isNull();
  }

  private static Throwable failureOf(
      Supplier<Transport> transport, Duration limit, Class<?> rules, String test) {
    fault = transport;
    patience = limit;
    Events events =
        EngineTestKit.engine("junit-jupiter")
            .selectors(selectNestedMethod(List.of(OnBroken.class), rules, test))
            .execute()
            .testEvents();
    assertThat(events.started().count()).as("tests that ran").isEqualTo(1);
    return events.failed().stream()
        .map(event -> event.getRequiredPayload(TestExecutionResult.class))
        .map(result -> result.getThrowable().orElseThrow())
        .findFirst()
        .orElse(null);
  }

  @AfterEach
  void letGoOfWhatLeaked() throws IOException, InterruptedException {
    for (Thread thread : Faults.LEAKED_THREADS) {
      thread.interrupt();
      thread.join(1000);
    }
    Faults.LEAKED_THREADS.clear();
    for (ServerSocketChannel socket : Faults.LEAKED_SOCKETS) {
      socket.close();
    }
    Faults.LEAKED_SOCKETS.clear();
    Faults.LEAKED_BUFFERS.clear();
  }
}
