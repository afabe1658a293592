package dev.trefoil.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Endpoint;
import dev.trefoil.Publisher;
import dev.trefoil.Puller;
import dev.trefoil.Pusher;
import dev.trefoil.Replier;
import dev.trefoil.Requester;
import dev.trefoil.Role;
import dev.trefoil.SendResult;
import dev.trefoil.Subscriber;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Connecting, losing and finding peers, and what a role tells of them. */
abstract class PeerRules extends Rules {
  PeerRules(TransportTest kit) {
    super(kit);
  }

  /** An endpoint where nobody listens any more. */
  private Endpoint deserted() {
    Replier<String, String> gone = far().replier(options());
    Endpoint at = bind(gone);
    gone.close();
    return at;
  }

  @Test
  void e4_shouldConnectToWhatIsNotThereYet() throws Exception {
    Endpoint at = deserted();
    Requester<String, String> asks = near().requester(options());
    long start = System.nanoTime();
    asks.connect(at);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .as("connect to an endpoint where nobody listens must return at once")
        .isLessThan(SOON);
    assertThat(asks.awaitPeers(1, QUIET)).as("awaitPeers with nobody there").isFalse();

    far().replier(request -> "late but here", options()).bind(at);
    awaitPeers(asks, 1);
    assertThat(asks.request("anybody?")).isEqualTo("late but here");
  }

  @Test
  void e4_shouldReachThePeersThatWereAwaited() throws Exception {
    Puller<String> pulls = far().puller(options());
    Endpoint at = bind(pulls);
    for (int i = 0; i < 50; i++) {
      Pusher<String> pushes = near().pusher(options());
      pushes.connect(at);
      awaitPeers(pushes, 1);
      assertThat(pushes.tryPush("" + i))
          .as("tryPush after awaitPeers(1)")
          .isEqualTo(SendResult.SENT);
      pushes.close();
    }
  }

  @Test
  void e4_shouldReconnectAfterALoss() throws Exception {
    Requester<String, String> asks = near().requester(options());
    Replier<String, String> answers = far().replier(request -> request, options());
    Endpoint at = link(answers, asks);
    for (int round = 1; round <= 3; round++) {
      assertThat(answers.unbind(at)).as("unbind of %s", at).isTrue();
      awaitNoPeers(asks);
      assertThat(answers.bind(at)).as("bind of the same endpoint again").isEqualTo(at);
      awaitPeers(asks, 1);
      assertThat(asks.request("round " + round)).isEqualTo("round " + round);
    }
  }

  @Test
  void e4_shouldReconnectToAnotherRoleAtTheSameEndpoint() throws Exception {
    Requester<String, String> asks = near().requester(options());
    Replier<String, String> first = far().replier(request -> "first", options());
    Endpoint at = link(first, asks);
    assertThat(asks.request("who?")).isEqualTo("first");
    first.close();
    awaitNoPeers(asks);
    far().replier(request -> "second", options()).bind(at);
    awaitPeers(asks, 1);
    assertThat(asks.request("who?")).isEqualTo("second");
  }

  @Test
  void e5_shouldLetEveryRoleBindOrConnect() throws Exception {
    for (boolean swapped : new boolean[] {false, true}) {
      List<List<Role>> pairs =
          List.of(
              List.of(near().requester(options()), far().replier(options())),
              List.of(near().publisher(options()), far().subscriber(options())),
              List.of(near().pusher(options()), far().puller(options())));
      for (List<Role> pair : pairs) {
        Role binding = pair.get(swapped ? 1 : 0);
        Role connecting = pair.get(swapped ? 0 : 1);
        link(binding, connecting);
        assertThat(binding.peers()).as("peers of %s", binding).hasSize(1);
        assertThat(connecting.peers()).as("peers of %s", connecting).hasSize(1);
      }
    }
  }

  @Test
  void e5_shouldUndoBindAndConnect() throws Exception {
    Requester<String, String> asks = near().requester(options());
    Replier<String, String> answers = far().replier(request -> request, options());
    Endpoint one = bind(answers);
    Endpoint two = bind(answers);
    asks.connect(one);
    asks.connect(two);
    awaitPeers(asks, 2);
    awaitPeers(answers, 2);

    assertThat(asks.disconnect(one)).as("disconnect of %s", one).isTrue();
    eventually("one peer after a disconnect", () -> asks.peers().size() == 1);
    eventually("the other side to see it", () -> answers.peers().size() == 1);
    assertThat(asks.disconnect(one)).as("disconnect of what is not connected").isFalse();
    assertThat(answers.unbind(two)).as("unbind of %s", two).isTrue();
    awaitNoPeers(asks);
    assertThat(answers.unbind(two)).as("unbind of what is not bound").isFalse();
    assertThat(asks.disconnect(two)).as("disconnect while it tries to reconnect").isTrue();

    asks.connect(one);
    awaitPeers(asks, 1);
    assertThat(asks.request("back?")).isEqualTo("back?");
  }

  @Test
  void e5_shouldBeOneRoleAtSeveralEndpoints() throws Exception {
    Replier<String, String> answers = far().replier(request -> "to " + request, options());
    Endpoint here = bind(answers);
    // The transport in the library itself is on every class path: one role, two transports.
    Endpoint inproc = answers.bind("inproc://tck-mixed-" + System.nanoTime());
    Requester<String, String> direct = near().requester(options());
    Requester<String, String> within = near().requester(options());
    Requester<String, String> both = near().requester(options());
    direct.connect(here);
    within.connect(inproc);
    both.connect(here);
    both.connect(inproc);
    awaitPeers(both, 2);
    awaitPeers(answers, 4);
    assertThat(direct.request("direct")).isEqualTo("to direct");
    assertThat(within.request("within")).isEqualTo("to within");
    for (int i = 0; i < 10; i++) {
      assertThat(both.request("both " + i)).isEqualTo("to both " + i);
    }
    assertThat(both.disconnect(here)).isTrue();
    eventually("the other transport's peer to stay", () -> both.peers().size() == 1);
    assertThat(both.request("after")).isEqualTo("to after");
  }

  @Test
  void e5_shouldSpreadWorkOverTransports() throws Exception {
    Pusher<String> pushes = near().pusher(options());
    Puller<String> one = far().puller(options());
    Puller<String> two = far().puller(options());
    pushes.connect(bind(one));
    pushes.connect(two.bind("inproc://tck-spread-" + System.nanoTime()));
    awaitPeers(pushes, 2);
    for (int i = 0; i < 10; i++) {
      pushes.push("job " + i);
    }
    assertThat(takeValues(one::receive, 5)).hasSize(5);
    assertThat(takeValues(two::receive, 5)).hasSize(5);
  }

  @Test
  void e6_shouldTellHowPeersComeAndGo() throws Exception {
    Events nearEvents = new Events();
    Events farEvents = new Events();
    Requester<String, String> asks = near().requester(options().peerListener(nearEvents));
    Replier<String, String> answers = far().replier(options().peerListener(farEvents));
    Endpoint at = link(answers, asks);
    assertThat(asks.peers().get(0).endpoint()).as("the endpoint of the peer").isEqualTo(at);
    eventuallyMeasured(1, near(), "trefoil.peers", "role", "requester");

    assertThat(asks.disconnect(at)).isTrue();
    eventually("both sides to be told", () -> isOver(nearEvents) && isOver(farEvents));
    for (Events events : List.of(nearEvents, farEvents)) {
      List<Events.Event> all = events.all();
      assertThat(all.stream().map(Events.Event::kind))
          .as("what the listener was told, in order")
          .containsExactly(Events.Kind.CONNECTED, Events.Kind.DISCONNECTED);
      assertThat(all.get(1).peer()).as("who went").isEqualTo(all.get(0).peer());
    }
    assertThat(nearEvents.all().get(1).reason()).isEqualTo("LOCAL");
    assertThat(farEvents.all().get(1).reason()).isIn("GOODBYE", "CLOSED_BY_PEER");
    eventuallyMeasured(0, near(), "trefoil.peers", "role", "requester");
    eventuallyMeasured(1, near(), "trefoil.connects", "role", "requester");
    eventuallyMeasured(1, near(), "trefoil.disconnects", "reason", "local");
  }

  private static boolean isOver(Events events) {
    return events.first(Events.Kind.DISCONNECTED).isPresent();
  }

  @Test
  void e6_shouldTellThatConnectingFails() {
    Events events = new Events();
    Endpoint at = deserted();
    near().requester(options().peerListener(events)).connect(at);
    eventually(
        "connectFailed to be told more than once",
        () -> events.of(Events.Kind.CONNECT_FAILED).size() >= 2);
    Events.Event failed = events.of(Events.Kind.CONNECT_FAILED).get(0);
    assertThat(failed.reason()).as("the endpoint").isEqualTo(at.toString());
    assertThat(failed.detail()).as("why connecting failed").isNotBlank();
  }

  @Test
  void e6_shouldRejectARoleThatDoesNotFit() {
    Events bound = new Events();
    Events connected = new Events();
    Replier<String, String> answers = far().replier(options().peerListener(bound));
    Endpoint at = bind(answers);
    Pusher<String> pushes = near().pusher(options().peerListener(connected));
    pushes.connect(at);
    eventually(
        "the replier to reject a pusher", () -> bound.first(Events.Kind.REJECTED).isPresent());
    Events.Event rejected = bound.of(Events.Kind.REJECTED).get(0);
    assertThat(rejected.reason()).as("why it was rejected").isEqualTo("WRONG_ROLE");
    assertThat(rejected.detail()).as("what it offered").isNotBlank();
    assertThat(bound.of(Events.Kind.CONNECTED)).as("a rejected pusher never is a peer").isEmpty();
    assertThat(connected.of(Events.Kind.CONNECTED)).as("nor is its replier").isEmpty();
    eventually(
        "trefoil.rejected to count it",
        () -> far().measured("trefoil.rejected", "reason", "wrong_role") >= 1);
  }

  @Test
  void e6_shouldAgreeWithPeers() throws Exception {
    Publisher<String> publishes = far().publisher(options());
    Subscriber<String> first = near().subscriber(options());
    Subscriber<String> second = near().subscriber(options());
    link(publishes, first, second);
    assertThat(publishes.peers()).hasSize(2).doesNotHaveDuplicates();
    eventuallyMeasured(2, far(), "trefoil.peers", "role", "publisher");
    first.close();
    eventually("the peer that closed to go", () -> publishes.peers().size() == 1);
    eventuallyMeasured(1, far(), "trefoil.peers", "role", "publisher");
  }
}
