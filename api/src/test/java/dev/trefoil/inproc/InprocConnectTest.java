package dev.trefoil.inproc;

import static dev.trefoil.inproc.Bench.join;
import static dev.trefoil.inproc.Bench.options;
import static dev.trefoil.inproc.Recorder.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trefoil.Assurance;
import dev.trefoil.BindFailedException;
import dev.trefoil.Endpoint;
import dev.trefoil.EndpointException;
import dev.trefoil.Peer;
import dev.trefoil.inproc.Bench.Opened;
import dev.trefoil.spi.Capability;
import dev.trefoil.spi.PullPort;
import dev.trefoil.spi.PushPort;
import dev.trefoil.spi.ReplyPort;
import dev.trefoil.spi.RequestPort;
import dev.trefoil.spi.Transport;
import java.time.Duration;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class InprocConnectTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Bench bench = new Bench();

  @AfterEach
  void closeAll() {
    bench.close();
    assertThat(InprocNames.OF_THIS_JVM.names()).isEmpty();
  }

  @Test
  void itIsFoundAsAServiceAndLacksHeartbeatsOnly() {
    assertThat(ServiceLoader.load(Transport.class))
        .hasAtLeastOneElementOfType(InprocTransport.class);
    assertThat(bench.here.capabilities("inproc"))
        .hasSize(Capability.values().length - 1)
        .doesNotContain(Capability.HEARTBEATS);
    assertThat(bench.here.schemes()).containsExactly("inproc");
    assertThat(bench.here.name()).isEqualTo("inproc");
  }

  @Test
  void bothSidesHearOfEachOtherFromTheirOwnLoop() {
    Opened<ReplyPort> replier = bench.replier();
    Opened<RequestPort> requester = bench.requester();
    Endpoint at = join(replier, requester);
    requester.heard().awaitEvent("targetUp");

    assertThat(requester.heard().events)
        .containsExactly("peerUp " + at + " the replier", "targetUp");
    assertThat(replier.heard().events).containsExactly("peerUp " + at + " the requester");
    assertThat(requester.heard().threads).containsExactly("trefoil-here-inproc");
    assertThat(replier.heard().threads).containsExactly("trefoil-there-inproc");
    Peer one = Recorder.next(requester.heard().peers);
    Peer other = Recorder.next(replier.heard().peers);
    assertThat(one.id()).isNotEqualTo(other.id());
    assertThat(one.protocol()).isEqualTo("inproc");
  }

  @Test
  void aStarBindsAFreshNameEachTime() {
    Opened<ReplyPort> replier = bench.replier();
    Endpoint one = replier.bind("inproc://*");
    Endpoint another = replier.bind("inproc://*");

    assertThat(one).isNotEqualTo(another);
    assertThat(InprocNames.OF_THIS_JVM.names())
        .containsExactlyInAnyOrder(one.name(), another.name());
    assertThatThrownBy(() -> replier.port().connect(Endpoint.of("inproc://*")))
        .isInstanceOf(EndpointException.class)
        .hasMessageContaining("connect to the name that bind returned");
  }

  @Test
  void aNameThatIsTakenIsRefusedAndTheNameIsFreeOnceUnbound() {
    Opened<ReplyPort> replier = bench.replier();
    Opened<PullPort> puller = bench.puller();
    Endpoint at = replier.bind("inproc://taken");

    assertThatThrownBy(() -> puller.bind("inproc://taken"))
        .isInstanceOf(BindFailedException.class)
        .hasMessageContaining("inproc://taken")
        .extracting(e -> ((BindFailedException) e).reason())
        .isEqualTo(BindFailedException.Reason.IN_USE);
    assertThat(replier.port().unbind(at)).isTrue();
    assertThat(replier.port().unbind(at)).isFalse();
    assertThat(puller.bind("inproc://taken")).isEqualTo(at);
  }

  @Test
  void connectingToANameThatNobodyBoundFailsAndGoesOn() {
    Opened<RequestPort> requester = bench.requester();
    requester.port().connect(Endpoint.of("inproc://nobody"));

    requester.heard().awaitEvents(3, "connectFailed nobody has bound inproc://nobody");
  }

  @Test
  void bindingLetsThoseInWhoWaitLongBeforeTheirBackoffIsOver() {
    Opened<RequestPort> requester =
        bench.requester(options().reconnectMin(Duration.ofMinutes(5)).build());
    requester.port().connect(Endpoint.of("inproc://late"));
    requester.heard().awaitEvent("connectFailed");

    bench.replier().bind("inproc://late");

    requester.heard().awaitEvent("targetUp");
  }

  @Test
  void disconnectStopsTryingAndForgetsTheName() {
    Opened<RequestPort> requester = bench.requester();
    Endpoint at = Endpoint.of("inproc://given-up");
    requester.port().connect(at);
    requester.heard().awaitEvent("connectFailed");

    assertThat(requester.port().disconnect(at)).isTrue();
    assertThat(requester.port().disconnect(at)).isFalse();

    eventually().until(() -> InprocNames.OF_THIS_JVM.names().isEmpty());
  }

  @Test
  void disconnectIsAGoodbyeAndNotFollowedByANewAttempt() {
    Opened<ReplyPort> replier = bench.replier();
    Opened<RequestPort> requester = bench.requester();
    Endpoint at = join(replier, requester);

    requester.port().disconnect(at);

    replier.heard().awaitEvent("peerDown GOODBYE");
    requester.heard().awaitEvent("peerDown LOCAL");
    assertThat(requester.heard().events)
        .endsWith("targetDown LOCAL", "peerDown LOCAL closed on this side");
    requester.port().connect(at);
    requester.heard().awaitEvents(2, "peerUp");
  }

  @Test
  void unbindClosesWhatWasAcceptedThereAndNothingElse() {
    Opened<ReplyPort> replier = bench.replier();
    Opened<RequestPort> one = bench.requester();
    Opened<RequestPort> another = bench.requester();
    Endpoint at = join(replier, one);
    join(replier, another);

    replier.port().unbind(at);

    one.heard().awaitEvent("targetDown GOODBYE");
    one.heard().awaitEvent("connectFailed nobody has bound");
    assertThat(another.heard().count("peerDown")).isZero();
  }

  @Test
  void aConnectorComesBackWhenTheNameIsBoundAgain() {
    Opened<ReplyPort> first = bench.replier();
    Opened<RequestPort> requester = bench.requester();
    first.bind("inproc://again");
    requester.port().connect(Endpoint.of("inproc://again"));
    requester.heard().awaitEvent("targetUp");

    first.close(SECOND);
    requester.heard().awaitEvent("peerDown GOODBYE");
    Opened<ReplyPort> second = bench.replier();
    second.bind("inproc://again");

    requester.heard().awaitEvents(2, "targetUp");
    assertThat(requester.heard().events)
        .containsSubsequence(
            "targetUp",
            "targetDown GOODBYE",
            "peerDown GOODBYE the peer said goodbye",
            "peerUp inproc://again the replier",
            "targetUp");
  }

  @Test
  void rolesThatDoNotBelongTogetherAreRejectedOnBothSidesAgainAndAgain() {
    Opened<ReplyPort> replier = bench.replier();
    Opened<PushPort> pusher = bench.pusher();
    Endpoint at = replier.bind("inproc://*");
    pusher.port().connect(at);

    pusher
        .heard()
        .awaitEvents(2, "rejected WRONG_ROLE " + at + " the replier: a pusher met a replier");
    replier
        .heard()
        .awaitEvents(2, "rejected WRONG_ROLE " + at + " the pusher: a pusher met a replier");
    assertThat(replier.heard().count("peerUp")).isZero();
  }

  @Test
  void anAtLeastOncePusherAndAnAtMostOncePullerAreToldWhatToSet() {
    Opened<PullPort> puller = bench.puller();
    Opened<PushPort> pusher = bench.pusher(options().assurance(Assurance.AT_LEAST_ONCE).build());
    Endpoint at = pusher.bind("inproc://*");
    puller.port().connect(at);

    for (Recorder heard : new Recorder[] {puller.heard(), pusher.heard()}) {
      heard.awaitEvent("rejected LACKS_CAPABILITY");
      assertThat(heard.events.get(0)).contains("set assurance(AT_LEAST_ONCE) in the puller's");
    }
  }

  @Test
  void aPortThatDrainsTellsItsPeersAndRefusesNewOnes() {
    Opened<ReplyPort> replier = bench.replier();
    Opened<RequestPort> early = bench.requester();
    Endpoint at = join(replier, early);
    RequestPort.Target target = Recorder.next(early.heard().requestTargets);
    target.send(1, SECOND.toNanos(), Bench.bytes("before"));
    ReplyPort.Incoming request = Recorder.next(replier.heard().requests);

    replier.port().quiesce();

    early.heard().awaitEvent("targetLeaving");
    assertThat(target.send(2, SECOND.toNanos(), Bench.bytes("after"))).isFalse();
    Opened<RequestPort> late = bench.requester();
    late.port().connect(at);
    late.heard().awaitEvents(2, "connectFailed " + at + " is about to close");
    request.reply(Bench.bytes("finished"));
    early.heard().awaitEvent("reply 1 finished");
  }

  @Test
  void aPortThatDrainsConnectsNoMore() {
    Opened<RequestPort> requester = bench.requester();
    requester.port().connect(Endpoint.of("inproc://none"));
    requester.heard().awaitEvent("connectFailed");

    requester.port().quiesce();
    eventually().until(() -> InprocNames.OF_THIS_JVM.names().isEmpty());
    requester.port().connect(Endpoint.of("inproc://other"));

    assertThat(InprocNames.OF_THIS_JVM.names()).isEmpty();
  }

  @Test
  void connectingTwiceMakesOneConnection() {
    Opened<ReplyPort> replier = bench.replier();
    Opened<RequestPort> requester = bench.requester();
    Endpoint at = replier.bind("inproc://*");
    requester.port().connect(at);
    requester.port().connect(at);
    Opened<RequestPort> last = bench.requester();
    last.port().connect(at);
    last.heard().awaitEvent("peerUp");

    assertThat(requester.heard().count("peerUp")).isEqualTo(1);
  }

  @Test
  void everyMethodOfAClosedPortDoesNothing() throws Exception {
    Opened<RequestPort> requester = bench.requester();
    Opened<PullPort> puller = bench.puller();
    Opened<ReplyPort> replier = bench.replier();
    Endpoint at = join(replier, requester);
    RequestPort.Target target = Recorder.next(requester.heard().requestTargets);
    requester.close(SECOND);
    puller.close(SECOND);

    requester.port().connect(at);
    requester.port().quiesce();
    puller.port().resume();
    assertThat(requester.port().bind(Endpoint.of("inproc://closed")).name()).isEqualTo("closed");
    assertThat(requester.port().unbind(at)).isFalse();
    assertThat(requester.port().disconnect(at)).isFalse();
    assertThat(requester.port().close(SECOND)).isZero();
    assertThat(target.send(1, 1, Bench.bytes("x"))).isFalse();

    assertThat(InprocNames.OF_THIS_JVM.names()).containsExactly(at.name());
    assertThat(requester.heard().count("AFTER CLOSE")).isZero();
  }
}
