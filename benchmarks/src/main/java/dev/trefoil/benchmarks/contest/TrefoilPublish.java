package dev.trefoil.benchmarks.contest;

import dev.trefoil.Codec;
import dev.trefoil.Delivery;
import dev.trefoil.Messaging;
import dev.trefoil.Options;
import dev.trefoil.Publisher;
import dev.trefoil.Subscriber;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A Trefoil publisher in one process and all its subscribers in the other one, over any scheme.
 *
 * <p>With {@code subscriptions=N} the subscribers share N topics between them, each wanted by one;
 * otherwise all want the same one.
 */
final class TrefoilPublish implements Contestant {
  private static final Duration TO_SUBSCRIBE = Duration.ofSeconds(30);

  @Override
  public Side server(Work work) {
    Messaging messaging = TrefoilSetup.messaging(work);
    Publisher<byte[]> publisher = messaging.publisher(Codec.bytes(), TrefoilSetup.options(work));
    String address = publisher.bind(TrefoilSetup.listenAddress(work)).toString();
    int subscriptions = work.number("subscriptions", 0);
    List<String> topics =
        subscriptions == 0 ? List.of(Topics.ONLY) : Topics.inPublishingOrder(subscriptions);
    return new Sender(messaging, publisher, address, work, topics);
  }

  @Override
  public Side client(Work work, String address) throws Exception {
    Messaging messaging = TrefoilSetup.messaging(work);
    Options options = TrefoilSetup.options(work);
    int subscribers = work.number("subscribers", 1);
    List<Subscriber<byte[]>> active = new ArrayList<>();
    List<Counter> counters = new ArrayList<>();
    for (int i = 0; i < subscribers; i++) {
      Subscriber<byte[]> subscriber;
      if (work.is("take", "inline")) {
        Counter counter = new Counter(work.size());
        counters.add(counter);
        subscriber = messaging.subscriber(Codec.bytes(), counter, options);
      } else {
        subscriber = messaging.subscriber(Codec.bytes(), options);
        active.add(subscriber);
      }
      connect(subscriber, i, subscribers, work, address);
    }
    for (int i = 0; i < work.number("stalled", 0); i++) {
      connect(messaging.subscriber(Codec.bytes(), options), 0, 1, work, address);
    }
    return new Subscribers(messaging, active, counters, work.size());
  }

  private static void connect(
      Subscriber<byte[]> subscriber, int index, int subscribers, Work work, String address)
      throws Exception {
    int subscriptions = work.number("subscriptions", 0);
    if (subscriptions == 0) {
      subscriber.subscribe(Topics.ONLY);
    }
    for (int topic = index; topic < subscriptions; topic += subscribers) {
      subscriber.subscribe(Topics.name(topic));
    }
    subscriber.connect(address);
    TrefoilSetup.awaitPeer(subscriber);
  }

  private record Sender(
      Messaging messaging,
      Publisher<byte[]> publisher,
      String address,
      Work work,
      List<String> topics)
      implements Side {
    @Override
    public void prepare() throws Exception {
      int subscriptions = work.number("subscriptions", 0);
      int subscribers = work.number("subscribers", 1);
      if (subscriptions == 0) {
        await(Topics.ONLY, subscribers + work.number("stalled", 0));
      }
      for (int i = Math.max(0, subscriptions - subscribers); i < subscriptions; i++) {
        await(Topics.name(i), 1);
      }
    }

    @Override
    public void run(Gauge gauge) throws InterruptedException {
      byte[] payload = Payloads.make(work);
      Gauge.Tally published = gauge.newTally();
      int next = 0;
      for (long i = 0; i < Gauge.MOST_MESSAGES && !gauge.isStopped(); i++) {
        int queued = publisher.publish(topics.get(next), payload);
        next = next + 1 == topics.size() ? 0 : next + 1;
        published.add(queued);
      }
    }

    private void await(String topic, int count) throws IOException, InterruptedException {
      if (!publisher.awaitSubscribers(topic, count, TO_SUBSCRIBE)) {
        throw new IOException(
            String.format(
                "%d of %d subscribers of %s came within %d s",
                publisher.subscribers(topic), count, topic, TO_SUBSCRIBE.toSeconds()));
      }
    }

    @Override
    public void close() {
      messaging.close();
    }
  }

  private record Subscribers(
      Messaging messaging, List<Subscriber<byte[]>> receivers, List<Counter> counters, int size)
      implements Side {
    @Override
    public void run(Gauge gauge) throws Exception {
      Crew crew = new Crew();
      for (Subscriber<byte[]> receiver : receivers) {
        Gauge.Tally received = gauge.newTally();
        crew.add(() -> receive(receiver, received, gauge));
      }
      for (Counter counter : counters) {
        counter.countIn(gauge);
      }
      crew.run();
      gauge.awaitStop();
      for (Counter counter : counters) {
        counter.rethrow();
      }
    }

    private void receive(Subscriber<byte[]> receiver, Gauge.Tally received, Gauge gauge)
        throws IOException, InterruptedException {
      while (!gauge.isStopped()) {
        Delivery<byte[]> delivery = receiver.receive(TrefoilSetup.LOOK_UP);
        if (delivery != null) {
          Payloads.check(delivery.value(), size);
          received.add(1);
        }
      }
    }

    @Override
    public void close() {
      messaging.close();
    }
  }
}
