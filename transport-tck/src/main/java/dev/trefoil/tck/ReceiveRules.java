package dev.trefoil.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trefoil.Delivery;
import dev.trefoil.Publisher;
import dev.trefoil.Puller;
import dev.trefoil.Pusher;
import dev.trefoil.Replier;
import dev.trefoil.Requester;
import dev.trefoil.Subscriber;
import dev.trefoil.TimedOutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The three ways to receive, and what is measured. */
abstract class ReceiveRules extends Rules {
  private static final Duration SHORT = Duration.ofMillis(200);

  ReceiveRules(TransportTest kit) {
    super(kit);
  }

  /** A flow subscriber that asks for what the test tells it to. */
  private static final class Demand implements Flow.Subscriber<Delivery<String>> {
    private final List<String> got = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
    private final CompletableFuture<@Nullable Throwable> end = new CompletableFuture<>();

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription.complete(given);
    }

    @Override
    public void onNext(Delivery<String> item) {
      got.add(item.value());
    }

    @Override
    public void onError(Throwable failure) {
      end.complete(failure);
    }

    @Override
    public void onComplete() {
      end.complete(null);
    }

    void request(long count) {
      subscription.join().request(count);
    }
  }

  @Test
  void l6_shouldReceiveByCall() throws Exception {
    Puller<String> pulls = far().puller(options().receiveTimeout(SHORT));
    Pusher<String> pushes = near().pusher(options());
    assertThatThrownBy(pulls::receive)
        .as("receive() with a receiveTimeout of %s and nothing there", SHORT)
        .isInstanceOf(TimedOutException.class);
    assertThat(pulls.receive(Duration.ZERO)).as("receive(ZERO) with nothing there").isNull();
    link(pulls, pushes);
    pushes.push("1");
    assertThat(takeOne(pulls::receive).value()).isEqualTo("1");
    pushes.push("2");
    eventuallyMeasured(1, far(), "trefoil.queue.depth", "role", "puller");
    assertThat(pulls.receive().value()).isEqualTo("2");

    Replier<String, String> answers = far().replier(options().receiveTimeout(SHORT));
    assertThatThrownBy(answers::receive).isInstanceOf(TimedOutException.class);
    assertThat(answers.receive(Duration.ZERO)).isNull();
  }

  @Test
  void l6_shouldReceiveByHandler() throws Exception {
    List<String> got = new CopyOnWriteArrayList<>();
    Subscriber<String> wants = near().subscriber(delivery -> got.add(delivery.value()), options());
    Publisher<String> publishes = far().publisher(options());
    wants.subscribe("");
    link(publishes, wants);
    assertThat(publishes.awaitSubscribers("", 1, limit())).isTrue();
    for (int i = 0; i < 100; i++) {
      publishes.publish("", "" + i);
    }
    eventually("all to be handled", () -> got.size() == 100);
    for (int i = 0; i < 100; i++) {
      assertThat(got.get(i)).as("one handler at a time keeps order: place %s", i).isEqualTo("" + i);
    }
    assertThatThrownBy(wants::receive)
        .as("receive beside a handler")
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(wants::flow)
        .as("a flow beside a handler")
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void l6_shouldReceiveByFlowOnDemand() throws Exception {
    Puller<String> pulls = far().puller(tight());
    Pusher<String> pushes = near().pusher(options());
    Demand demand = new Demand();
    pulls.flow().subscribe(demand);
    link(pushes, pulls);
    for (int i = 0; i < 20; i++) {
      pushes.push("" + i);
    }
    eventually("the subscription", demand.subscription::isDone);
    demand.request(3);
    eventually("three on a demand of three", () -> demand.got.size() == 3);
    assertThat(demand.end).as("the flow, while nothing is asked for").isNotDone();
    eventually("messages to wait for demand", () -> depth() >= 4);
    assertThat(depth())
        .as("messages that wait for demand, with a queue of 8")
        .isLessThanOrEqualTo(MOST_WAITING);
    assertThat(demand.got).as("no more than was asked for").containsExactly("0", "1", "2");
    demand.request(Long.MAX_VALUE);
    eventually("the rest", () -> demand.got.size() == 20);
    assertThatThrownBy(pulls::receive)
        .as("receive beside a flow")
        .isInstanceOf(IllegalStateException.class);
    pulls.close();
    assertThat(demand.end).as("the end of the flow").succeedsWithin(SOON).isNull();
  }

  private long depth() {
    return far().measured("trefoil.queue.depth", "role", "puller");
  }

  @Test
  void l7_shouldCountWhatIsPushed() throws Exception {
    Pusher<String> pushes = near().pusher(options().name("sender"));
    Puller<String> pulls = far().puller(options().name("receiver"));
    link(pulls, pushes);
    for (int i = 0; i < 10; i++) {
      pushes.push("12345");
    }
    take(pulls::receive, 10);
    String[] sender = tags("push-pull", "pusher", "sender");
    String[] receiver = tags("push-pull", "puller", "receiver");
    eventuallyMeasured(10, near(), "trefoil.messages.sent", sender);
    eventuallyMeasured(50, near(), "trefoil.bytes.sent", sender);
    eventuallyMeasured(10, far(), "trefoil.messages.received", receiver);
    eventuallyMeasured(50, far(), "trefoil.bytes.received", receiver);
    eventuallyMeasured(0, near(), "trefoil.queue.depth", sender);
    eventuallyMeasured(0, far(), "trefoil.queue.depth", receiver);
    assertThat(near().measured("trefoil.messages.dropped")).isZero();
    assertThat(far().measured("trefoil.messages.dropped")).isZero();
  }

  private String[] tags(String pattern, String role, String name) {
    try (var transport = kit.newTransport()) {
      return new String[] {
        "transport", transport.name(), "pattern", pattern, "role", role, "name", name
      };
    }
  }

  @Test
  void l7_shouldCountWhatIsAsked() throws Exception {
    Gate gate = gate();
    Replier<String, String> answers =
        far()
            .replier(
                request -> {
                  if (request.equals("wait")) {
                    gate.pass();
                  }
                  return request;
                },
                options());
    Requester<String, String> asks = near().requester(options());
    link(answers, asks);
    for (int i = 0; i < 4; i++) {
      asks.request("go");
    }
    CompletableFuture<String> waiting = asks.requestAsync("wait");
    gate.awaitArrived(1, limit());
    eventuallyMeasured(1, near(), "trefoil.requests.outstanding");
    gate.open();
    assertThat(waiting).succeedsWithin(limit());
    eventuallyMeasured(0, near(), "trefoil.requests.outstanding");
    eventuallyMeasured(5, near(), "trefoil.requests", "outcome", "success");
    eventuallyMeasured(5, far(), "trefoil.handler", "outcome", "success");
    eventuallyMeasured(5, near(), "trefoil.messages.sent", tags("request-reply", "requester", ""));
    eventuallyMeasured(5, far(), "trefoil.messages.sent", tags("request-reply", "replier", ""));
    eventuallyMeasured(5, near(), "trefoil.messages.received", "role", "requester");
    eventuallyMeasured(5, far(), "trefoil.messages.received", "role", "replier");
  }

  @Test
  void l7_shouldCountWhatIsPublished() throws Exception {
    Publisher<String> publishes = far().publisher(options());
    Subscriber<String> one = near().subscriber(options());
    Subscriber<String> two = near().subscriber(options());
    one.subscribe("");
    two.subscribe("");
    link(publishes, one, two);
    assertThat(publishes.awaitSubscribers("", 2, limit())).isTrue();
    for (int i = 0; i < 3; i++) {
      assertThat(publishes.publish("", "12345")).isEqualTo(2);
    }
    take(one::receive, 3);
    take(two::receive, 3);
    eventuallyMeasured(
        6, far(), "trefoil.messages.sent", tags("publish-subscribe", "publisher", ""));
    eventuallyMeasured(
        6, near(), "trefoil.messages.received", tags("publish-subscribe", "subscriber", ""));
    eventuallyMeasured(30, near(), "trefoil.bytes.received", "role", "subscriber");
  }
}
