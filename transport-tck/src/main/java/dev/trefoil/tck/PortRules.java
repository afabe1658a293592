package dev.trefoil.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Endpoint;
import dev.trefoil.Idle;
import dev.trefoil.Options;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.PortMetrics;
import dev.trefoil.spi.PublishPort;
import dev.trefoil.spi.PullPort;
import dev.trefoil.spi.PushPort;
import dev.trefoil.spi.ReplyPort;
import dev.trefoil.spi.RequestPort;
import dev.trefoil.spi.SubscribePort;
import dev.trefoil.spi.Transport;
import dev.trefoil.spi.TransportContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What a port owes to the role above it. The role shields its user from much of this, so that only
 * a look at the port itself shows who is at fault.
 */
abstract class PortRules extends Rules {
  private static final byte[] BODY = {1, 2, 3};

  private final SystemTimekeeper time = new SystemTimekeeper();
  private final List<Transport> started = new ArrayList<>();

  PortRules(TransportTest kit) {
    super(kit);
  }

  private Transport start() {
    Transport transport = kit.newTransport();
    started.add(transport);
    transport.start(new TransportContext("ports", time, 1, Idle.PARK));
    return transport;
  }

  @AfterEach
  final void closeTransports() throws Exception {
    try {
      for (Transport transport : started) {
        Call<Boolean> closing =
            call(
                "Transport.close()",
                () -> {
                  transport.close();
                  return true;
                });
        closing.result(SOON);
      }
    } finally {
      time.close();
    }
  }

  private PortContext context(PortMetrics metrics) {
    Options options = tight().build();
    return new PortContext("tck", options, metrics, 42);
  }

  private PortContext context() {
    return context(new PortMetrics());
  }

  /** A puller's port and a pusher's, linked, with what their listeners were told. */
  private final class Line implements AutoCloseable {
    private final Recorder<PullPort.Listener> pulled = new Recorder<>(PullPort.Listener.class);
    private final Recorder<PushPort.Listener> pushed = new Recorder<>(PushPort.Listener.class);
    private final PullPort pull = start().openPull(context(), pulled.listener());
    private final PushPort push = start().openPush(context(), pushed.listener());
    private final Endpoint at = pull.bind(kit.freshEndpoint());
    private final PushPort.Target target;

    private Line() {
      push.connect(at);
      eventually("targetUp at the pusher's listener", () -> pushed.count("targetUp") == 1);
      target = (PushPort.Target) pushed.argument("targetUp", 0);
    }

    @Override
    public void close() {
      push.close(LINGER);
      pull.close(LINGER);
    }
  }

  @Test
  void l1_shouldCallNoListenerAfterAPortWasClosed() throws Exception {
    try (Line line = new Line()) {
      Call<Boolean> pushing =
          call(
              "sending",
              () -> {
                long end = System.nanoTime() + limit().toNanos();
                while (line.pushed.count("targetDown") == 0 && System.nanoTime() - end < 0) {
                  line.target.send(BODY.clone());
                  Thread.onSpinWait();
                }
                return true;
              });
      eventually("messages to come", () -> line.pulled.count("message") > 100);
      line.pull.close(LINGER);
      List<String> before = line.pulled.calls();
      Recorder<PullPort.Listener> clock = line.pulled;
      assertThat(clock.awaitMoreThan(before.size(), QUIET))
          .as(
              "no listener may be called after the port's close returned, but it was told of %s",
              tail(clock.calls(), before.size()))
          .isFalse();
      pushing.result(limit().plus(SOON));
    }
  }

  private static List<String> tail(List<String> calls, int from) {
    return calls.subList(Math.min(from, calls.size()), Math.min(from + 5, calls.size()));
  }

  @Test
  void l1_shouldTellOfAPeerBeforeAndAfterAllElse() {
    try (Line line = new Line()) {
      line.target.send(BODY.clone());
      eventually("the message", () -> line.pulled.count("message") == 1);
      line.push.close(LINGER);
      eventually("peerDown", () -> line.pulled.count("peerDown") == 1);
      assertThat(line.pulled.calls().get(0)).as("the first call").isEqualTo("peerUp");
      assertThat(last(line.pulled)).as("the last call").isEqualTo("peerDown");
      List<String> near = line.pushed.calls();
      assertThat(near.get(0)).as("the pusher's first call").isEqualTo("peerUp");
      if (near.contains("peerDown")) {
        assertThat(last(line.pushed)).as("the pusher's last call").isEqualTo("peerDown");
        assertThat(near).as("targetDown comes with peerDown").contains("targetDown");
      }
    }
  }

  private static String last(Recorder<?> recorder) {
    List<String> calls = recorder.calls();
    // The end of a batch belongs to the wire and not to a peer.
    return calls.stream().filter(call -> !call.equals("batchEnd")).reduce("", (a, b) -> b);
  }

  @Test
  void l1_shouldDoNothingAfterAPortWasClosed() {
    try (Line line = new Line()) {
      for (int i = 0; i < 3; i++) {
        line.push.close(LINGER);
        line.pull.close(LINGER);
      }
      assertThat(line.push.close(LINGER)).as("what a second close left unsent").isZero();
      assertThat(line.target.send(BODY.clone())).as("send to a target that is gone").isFalse();
      line.pull.resume();
      line.pull.quiesce();
      line.push.quiesce();
      line.push.connect(line.at);
      assertThat(line.pull.unbind(line.at)).as("unbind after close").isFalse();
      assertThat(line.push.disconnect(line.at)).as("disconnect after close").isFalse();
      assertThat(line.push.queued()).as("queued after close").isZero();
    }
  }

  @Test
  void l1_shouldCloseATransportWithinASecond() throws Exception {
    Transport unused = kit.newTransport();
    Transport idle = start();
    for (Transport transport : List.of(unused, idle, idle)) {
      Call<Boolean> closing =
          call(
              "Transport.close()",
              () -> {
                transport.close();
                return true;
              });
      closing.result(Duration.ofSeconds(1).plus(SOON));
    }
  }

  /** Sends until it is full and stays so: what was on its way when it paused may make room. */
  private static int sendUntilFull(Line line) throws InterruptedException {
    int sent = 0;
    boolean room = true;
    while (room && sent < 5000) {
      while (sent < 5000 && line.target.send(new byte[4096])) {
        sent++;
      }
      line.pushed.awaitMoreThan(line.pushed.calls().size(), QUIET.dividedBy(3));
      room = line.target.send(new byte[4096]);
      sent += room ? 1 : 0;
    }
    return sent;
  }

  /** {@return how often there had been room again before a send that was refused} */
  private static int refusedAfter(Line line) {
    int ready;
    do {
      ready = line.pushed.count("targetReady");
    } while (line.target.send(new byte[4096]));
    return ready;
  }

  @Test
  void w2_shouldSayThatATargetIsReadyAgain() throws Exception {
    try (Line line = new Line()) {
      line.pulled.answer(false);
      for (int round = 0; round < 3; round++) {
        assertThat(sendUntilFull(line)).as("messages taken while nobody reads").isBetween(1, 4999);
        int ready = refusedAfter(line);
        line.pulled.answer(true);
        line.pull.resume();
        eventually(
            "targetReady: send returned false, then there was room",
            () -> line.pushed.count("targetReady") > ready);
        line.pulled.answer(false);
      }
    }
  }

  @Test
  void w6_shouldReadNothingMoreAfterFalse() throws Exception {
    try (Line line = new Line()) {
      line.pulled.answer(false);
      for (int i = 0; i < 5; i++) {
        assertThat(line.target.send(BODY.clone())).isTrue();
      }
      for (int i = 1; i <= 5; i++) {
        int expected = i;
        eventually("message " + i, () -> line.pulled.count("message") >= expected);
        int calls = line.pulled.calls().size();
        line.pulled.awaitMoreThan(calls, QUIET.dividedBy(3));
        assertThat(line.pulled.count("message"))
            .as(
                "messages after %s resumes: a listener that returned false gets nothing more "
                    + "before resume",
                i - 1)
            .isEqualTo(i);
        line.pull.resume();
      }
    }
  }

  @Test
  void r8_shouldSendOnlyTheFirstAnswer() throws Exception {
    PortMetrics metrics = new PortMetrics();
    Recorder<ReplyPort.Listener> asked = new Recorder<>(ReplyPort.Listener.class);
    Recorder<RequestPort.Listener> told = new Recorder<>(RequestPort.Listener.class);
    ReplyPort reply = start().openReply(context(metrics), asked.listener());
    RequestPort request = start().openRequest(context(), told.listener());
    request.connect(reply.bind(kit.freshEndpoint()));
    eventually("targetUp", () -> told.count("targetUp") == 1);
    RequestPort.Target target = (RequestPort.Target) told.argument("targetUp", 0);
    assertThat(target.send(7, TimeUnit.SECONDS.toNanos(5), BODY.clone())).isTrue();
    eventually("the request", () -> asked.count("request") == 1);
    ReplyPort.Incoming incoming = (ReplyPort.Incoming) asked.argument("request", 0);
    assertThat(incoming.body()).isEqualTo(BODY);
    incoming.reply(new byte[] {1});
    incoming.reply(new byte[] {2});
    incoming.reply(new byte[] {3});
    eventually("the reply", () -> told.count("reply") >= 1);
    told.awaitMoreThan(told.calls().size(), QUIET);
    assertThat(told.count("reply")).as("replies to one request").isEqualTo(1);
    assertThat(told.argument("reply", 1)).as("the id of the reply").isEqualTo(7);
    assertThat((byte[]) told.argument("reply", 2)).isEqualTo(new byte[] {1});

    request.close(LINGER);
    eventually("the peer to be gone", () -> asked.count("peerDown") == 1);
    incoming.reply(new byte[] {4});
    reply.close(LINGER);
  }

  @Test
  void p5_shouldSubscribeOnceForEveryConnection() throws Exception {
    Recorder<PublishPort.Listener> published = new Recorder<>(PublishPort.Listener.class);
    Recorder<SubscribePort.Listener> got = new Recorder<>(SubscribePort.Listener.class);
    PublishPort publish = start().openPublish(context(), published.listener());
    SubscribePort subscribe = start().openSubscribe(context(), got.listener());
    byte[] topic = {'t'};
    subscribe.subscribe(topic);
    Endpoint at = publish.bind(kit.freshEndpoint());
    subscribe.connect(at);
    eventually("a subscriber", () -> publish.subscribers(topic) == 1);
    publish.unbind(at);
    eventually("no subscriber", () -> publish.subscribers(topic) == 0);
    publish.bind(at);
    eventually(
        "the subscription to be known again on the new connection",
        () -> publish.subscribers(topic) == 1);
    eventually("the subscriber's side of it", () -> got.count("peerUp") == 2);
    assertThat(publish.publish(topic, BODY.clone(), 0)).as("queues that took it").isEqualTo(1);
    eventually("the message", () -> got.count("message") == 1);
    assertThat(got.argument("message", 3)).as("missed").isEqualTo(0L);
    subscribe.close(LINGER);
    publish.close(LINGER);
  }
}
