package dev.trefoil.samples.compare.child;

import dev.trefoil.Codec;
import dev.trefoil.Delivery;
import dev.trefoil.Puller;
import dev.trefoil.Subscriber;
import dev.trefoil.samples.compare.trial.Figures;
import dev.trefoil.samples.compare.trial.Trial;
import dev.trefoil.samples.compare.trial.Work;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Pullers or subscribers that take each message by {@code receive}. */
final class TrefoilReceivers extends TrefoilSide {
  private static final Duration LOOK_UP = Duration.ofMillis(Receiving.LOOK_UP_MILLIS);

  private final Receiving receiving;

  TrefoilReceivers(Trial trial, Gauge gauge) {
    super(trial);
    receiving = new Receiving(trial, gauge);
  }

  @Override
  public void join(String address) throws IOException, InterruptedException {
    Work work = trial().cell().work();
    for (int i = 0; i < work.receivers(); i++) {
      receiving.add(work == Work.PUBLISH ? subscriber(address) : puller(address, work.isSure()));
    }
  }

  private Receiving.Source puller(String address, boolean sure)
      throws IOException, InterruptedException {
    Puller<byte[]> puller = messaging().puller(Codec.bytes(), options());
    puller.connect(address);
    awaitPeers(puller, 1);
    return () -> {
      Delivery<byte[]> delivery = puller.receive(LOOK_UP);
      if (sure && delivery != null) {
        delivery.acknowledge();
      }
      return value(delivery);
    };
  }

  private Receiving.Source subscriber(String address) throws IOException, InterruptedException {
    Subscriber<byte[]> subscriber = messaging().subscriber(Codec.bytes(), options());
    boolean withoutTopics = trial().cell().contestant().name().equals("sp");
    subscriber.subscribe(withoutTopics ? "" : TrefoilPublisher.TOPIC);
    subscriber.connect(address);
    awaitPeers(subscriber, 1);
    return () -> withoutTopic(value(subscriber.receive(LOOK_UP)), withoutTopics);
  }

  /** On sp the topic is the beginning of the payload. */
  private static byte @Nullable [] withoutTopic(byte @Nullable [] body, boolean hasTopic) {
    int topic = TrefoilPublisher.TOPIC.length();
    return body == null || !hasTopic
        ? body
        : java.util.Arrays.copyOfRange(body, topic, body.length);
  }

  private static byte @Nullable [] value(@Nullable Delivery<byte[]> delivery) {
    return delivery == null ? null : delivery.value();
  }

  @Override
  public void finish(long sent) throws Exception {
    receiving.finish(sent);
  }

  @Override
  public void report(Figures figures) {
    super.report(figures);
    receiving.report(figures);
  }
}
