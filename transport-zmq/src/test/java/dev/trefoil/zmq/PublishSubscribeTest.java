package dev.trefoil.zmq;

import static dev.trefoil.zmq.Heard.bytes;
import static dev.trefoil.zmq.Node.ANY;
import static dev.trefoil.zmq.Node.boundBy;
import static dev.trefoil.zmq.Node.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.Overflow;
import dev.trefoil.Peer;
import dev.trefoil.spi.PortMetrics;
import dev.trefoil.spi.PublishPort;
import dev.trefoil.spi.SubscribePort;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

@Timeout(60)
class PublishSubscribeTest {
  private static final int BODY = 50_000;

  /** Takes one message and pauses. */
  static final class Stalled extends Heard.Messages {
    volatile boolean open;

    @Override
    public boolean message(Peer from, byte[] topic, byte[] body, long missed) {
      messages.add(Heard.text(body).trim());
      return open;
    }
  }

  @Test
  void topicsAreFilteredAndCounted() throws InterruptedException {
    try (Node node = new Node()) {
      PublishPort publisher = node.publish(new Heard.Subscriptions(), Options.defaults());
      Endpoint at = publisher.bind(ANY);
      Heard.Messages heard = new Heard.Messages();
      SubscribePort subscriber = node.subscribe(heard, Options.defaults());
      subscriber.subscribe(bytes("a"));
      subscriber.connect(at);
      eventually(() -> publisher.subscribers(bytes("abc")) == 1);
      assertThat(publisher.subscribers(bytes("b"))).isZero();
      assertThat(publisher.publish(bytes("b"), bytes("no"), 0)).isZero();
      assertThat(publisher.publish(bytes("abc"), bytes("yes"), 0)).isEqualTo(1);
      subscriber.subscribe(bytes("b"));
      subscriber.subscribe(bytes("bc"));
      eventually(() -> publisher.subscribers(bytes("b")) == 1);
      eventually(() -> publisher.subscribers(bytes("bc")) == 1);
      assertThat(publisher.publish(bytes("bcd"), bytes("once"), 0)).isEqualTo(1);
      subscriber.unsubscribe(bytes("a"));
      eventually(() -> publisher.subscribers(bytes("a")) == 0);
      eventually(() -> heard.messages.size() == 2);
      assertThat(heard.messages).containsExactly("abc|yes", "bcd|once");
      subscriber.close(java.time.Duration.ZERO);
      eventually(() -> publisher.subscribers(bytes("b")) == 0);
    }
  }

  @Test
  void oneSubscriptionIsLetInHoweverSmallTheBound() throws InterruptedException {
    try (Node node = new Node()) {
      Options tiny = Options.builder().receiveQueueBytes(1).build();
      PublishPort publisher = node.publish(new Heard.Subscriptions(), tiny);
      Heard.Messages heard = new Heard.Messages();
      SubscribePort subscriber = node.subscribe(heard, Options.defaults());
      subscriber.subscribe(bytes("a"));
      subscriber.connect(publisher.bind(ANY));
      eventually(() -> publisher.subscribers(bytes("a")) == 1);
      publisher.publish(bytes("a"), bytes("heard"), 0);
      eventually(() -> heard.messages.size() == 1);
    }
  }

  @Test
  void plainSubscribersAndPublishersAreUnderstood() throws InterruptedException {
    try (Node node = new Node();
        ZContext plain = new ZContext()) {
      PublishPort publisher = node.publish(new Heard.Subscriptions(), Options.defaults());
      ZMQ.Socket sub = plain.createSocket(SocketType.SUB);
      sub.setReceiveTimeOut(Math.toIntExact(Node.LIMIT.toMillis()));
      sub.subscribe("t");
      publisher.connect(boundBy(sub));
      // A socket that binds tells its wishes only when somebody calls it.
      eventually(() -> sub.getEvents() >= 0 && publisher.subscribers(bytes("t")) == 1);
      publisher.publish(bytes("topic"), bytes("body"), 0);
      assertThat(sub.recvStr()).isEqualTo("topic");
      assertThat(sub.hasReceiveMore()).isTrue();
      assertThat(sub.recvStr()).isEqualTo("body");

      Heard.Messages heard = new Heard.Messages();
      SubscribePort subscriber = node.subscribe(heard, Options.defaults());
      PortMetrics metrics = node.metrics;
      subscriber.subscribe(bytes("t"));
      ZMQ.Socket pub = plain.createSocket(SocketType.XPUB);
      subscriber.connect(boundBy(pub));
      pub.setReceiveTimeOut(Math.toIntExact(Node.LIMIT.toMillis()));
      assertThat(pub.recv()).isEqualTo(new byte[] {1, 't'});
      pub.send("two");
      pub.sendMore("t");
      pub.sendMore("2");
      pub.send("3");
      pub.sendMore("t");
      pub.send("end");
      eventually(() -> heard.messages.size() == 2);
      assertThat(heard.messages).containsExactly("|two", "t|end");
      assertThat(metrics.drops(PortMetrics.Drop.MULTIPART)).isEqualTo(1);
    }
  }

  @Test
  void aStalledSubscriberKeepsTheNewestAndDelaysNobody() throws InterruptedException {
    try (Node node = new Node()) {
      Options few = Options.builder().sendQueueMessages(10).build();
      PublishPort publisher = node.publish(new Heard.Subscriptions(), few);
      PortMetrics metrics = node.metrics;
      Endpoint at = publisher.bind(ANY);
      Stalled stalled = new Stalled();
      SubscribePort slow = subscribed(node, stalled, at);
      Heard.Messages heard = new Heard.Messages();
      subscribed(node, heard, at);
      eventually(() -> publisher.subscribers(bytes("x")) == 2);
      int count = 1_000;
      for (int i = 0; i < count; i++) {
        int sent = i;
        publisher.publish(bytes("x"), java.util.Arrays.copyOf(bytes("" + i), BODY), 0);
        eventually(() -> heard.messages.size() > sent - 5);
      }
      eventually(() -> heard.messages.size() == count);
      long dropped = metrics.drops(PortMetrics.Drop.OLDEST);
      assertThat(dropped).isPositive();
      stalled.open = true;
      slow.resume();
      eventually(() -> stalled.messages.contains("" + (count - 1)));
      assertThat(stalled.messages).hasSize((int) (count - dropped));
    }
  }

  private static SubscribePort subscribed(Node node, SubscribePort.Listener heard, Endpoint at) {
    SubscribePort subscriber = node.subscribe(heard, Options.defaults());
    subscriber.subscribe(new byte[0]);
    subscriber.connect(at);
    return subscriber;
  }

  @Test
  void theOtherPoliciesDropTheNewestWaitOrDisconnect() throws InterruptedException {
    for (Overflow overflow :
        new Overflow[] {Overflow.DROP_NEWEST, Overflow.BLOCK, Overflow.DISCONNECT}) {
      try (Node node = new Node()) {
        Options few = Options.builder().sendQueueMessages(4).overflow(overflow).build();
        Heard.Subscriptions heard = new Heard.Subscriptions();
        PublishPort publisher = node.publish(heard, few);
        PortMetrics metrics = node.metrics;
        subscribed(node, new Stalled(), publisher.bind(ANY));
        eventually(() -> publisher.subscribers(bytes("x")) == 1);
        int refused = 0;
        long slowest = 0;
        for (int i = 0; i < 1_000 && refused == 0; i++) {
          long start = System.nanoTime();
          refused += 1 - publisher.publish(bytes("x"), new byte[BODY], 100_000_000);
          slowest = Math.max(slowest, System.nanoTime() - start);
        }
        assertThat(refused).as(overflow.name()).isEqualTo(1);
        switch (overflow) {
          case DROP_NEWEST -> assertThat(metrics.drops(PortMetrics.Drop.NEWEST)).isEqualTo(1);
          case BLOCK -> {
            assertThat(metrics.drops(PortMetrics.Drop.BLOCKED)).isEqualTo(1);
            assertThat(TimeUnit.NANOSECONDS.toMillis(slowest))
                .isBetween(100L, Node.LIMIT.toMillis() / 3);
          }
          default -> eventually(() -> heard.down.contains("SLOW_SUBSCRIBER"));
        }
      }
    }
  }

  @Test
  void aMessageForOneTopicNeverReachesSubscribersOfTheOneRefusedBefore()
      throws InterruptedException {
    try (Node node = new Node()) {
      Options few = Options.builder().sendQueueMessages(4).overflow(Overflow.DROP_NEWEST).build();
      PublishPort publisher = node.publish(new Heard.Subscriptions(), few);
      Endpoint at = publisher.bind(ANY);
      Stalled stalled = new Stalled();
      SubscribePort slow = node.subscribe(stalled, Options.defaults());
      slow.subscribe(bytes("old"));
      slow.connect(at);
      eventually(() -> publisher.subscribers(bytes("old")) == 1);
      int taken = 0;
      while (publisher.publish(bytes("old"), new byte[BODY], 0) == 1) {
        taken++;
      }
      assertThat(publisher.publish(bytes("new"), bytes("secret"), 0)).isZero();
      stalled.open = true;
      slow.resume();
      int all = taken;
      eventually(() -> stalled.messages.size() == all);
      assertThat(publisher.publish(bytes("new"), bytes("secret"), 0)).isZero();
      assertThat(publisher.publish(bytes("old"), bytes("end"), 0)).isEqualTo(1);
      eventually(() -> stalled.messages.contains("end"));
      assertThat(stalled.messages).doesNotContain("secret");
    }
  }
}
