package dev.trefoil.zmq;

import static dev.trefoil.zmq.Heard.bytes;
import static dev.trefoil.zmq.Node.ANY;
import static dev.trefoil.zmq.Node.boundBy;
import static dev.trefoil.zmq.Node.eventually;

import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.Peer;
import dev.trefoil.spi.PublishPort;
import dev.trefoil.spi.SubscribePort;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/**
 * What a message to one subscriber costs, with ten and with a thousand of them. Not a test: it
 * asserts nothing, and runs only when it is named.
 */
class PublisherCost {
  private static final int DELIVERIES = 200_000;
  private static final byte[] TOPIC = bytes("t");
  private static final byte[] BODY = new byte[64];
  private static final Options ROOMY = Options.builder().sendQueueMessages(100_000).build();

  /** Publishes once. */
  private interface Publish {
    void once() throws InterruptedException;
  }

  private static final class Crowd extends Heard.Messages {
    final AtomicLong got = new AtomicLong();

    @Override
    public boolean message(Peer from, byte[] topic, byte[] body, long missed) {
      got.incrementAndGet();
      return true;
    }

    void join(Node node, Endpoint at, int count) {
      for (int i = 0; i < count; i++) {
        SubscribePort port = node.subscribe(this, Options.defaults());
        port.subscribe(TOPIC);
        port.connect(at);
      }
    }

    void measure(String what, int count, Publish publish) throws InterruptedException {
      for (int round = 0; round < 3; round++) {
        int messages = DELIVERIES / count;
        long before = got.get();
        long start = System.nanoTime();
        for (int i = 0; i < messages; i++) {
          publish.once();
        }
        long called = System.nanoTime() - start;
        long all = before + (long) messages * count;
        while (got.get() < all && System.nanoTime() - start < 20_000_000_000L) {
          Thread.onSpinWait();
        }
        System.out.printf(
            "%-8s %5d subscribers: %5d ns a delivery in publish, %6d until it arrived, %d lost%n",
            what,
            count,
            called / DELIVERIES,
            (System.nanoTime() - start) / DELIVERIES,
            all - got.get());
      }
    }
  }

  @Test
  void ofTrefoil() throws InterruptedException {
    for (int count : new int[] {10, 1_000}) {
      try (Node node = new Node();
          Node others = new Node()) {
        PublishPort port = node.publish(new Heard.Subscriptions(), ROOMY);
        Crowd crowd = new Crowd();
        crowd.join(others, port.bind(ANY), count);
        eventually(() -> port.subscribers(TOPIC) == count);
        crowd.measure("Trefoil", count, () -> port.publish(TOPIC, BODY, 0));
      }
    }
  }

  @Test
  void ofJeroMq() throws InterruptedException {
    for (int count : new int[] {10, 1_000}) {
      try (ZContext plain = new ZContext();
          Node others = new Node()) {
        ZMQ.Socket pub = plain.createSocket(SocketType.XPUB);
        pub.setHWM(0);
        pub.setXpubVerbose(true);
        pub.setReceiveTimeOut(10_000);
        Crowd crowd = new Crowd();
        crowd.join(others, boundBy(pub), count);
        for (int i = 0; i < count; i++) {
          pub.recv();
        }
        crowd.measure(
            "JeroMQ",
            count,
            () -> {
              pub.sendMore(TOPIC);
              pub.send(BODY);
            });
      }
    }
  }
}
