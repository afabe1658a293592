package dev.trefoil.samples.compare.child;

import dev.trefoil.Codec;
import dev.trefoil.Publisher;
import dev.trefoil.samples.compare.trial.Trial;
import java.io.IOException;

/** Publishes as fast as it can, or at the fixed rate: by default it waits for no subscriber. */
final class TrefoilPublisher extends TrefoilSide {
  static final String TOPIC = "compare";

  private final Crew crew = new Crew();
  private final Publisher<byte[]> publisher;
  private final Sending sending;

  TrefoilPublisher(Trial trial, Gauge gauge) {
    super(trial);
    publisher = messaging().publisher(Codec.bytes(), options());
    sending = new Sending(trial, gauge, this::publish);
  }

  private boolean publish(byte[] message) throws InterruptedException {
    publisher.publish(TOPIC, message);
    return true;
  }

  @Override
  public String open() throws IOException {
    return bind(publisher);
  }

  @Override
  public void awaitPeers() throws IOException, InterruptedException {
    int wanted = trial().cell().work().receivers();
    // On sp no subscription reaches the publisher: there, being connected is all it can know.
    if (!trial().cell().contestant().name().equals("sp")
        && !publisher.awaitSubscribers(TOPIC, wanted, toConnect())) {
      throw new IOException(
          publisher.subscribers(TOPIC) + " of " + wanted + " subscribers came within 5 s");
    }
    awaitPeers(publisher, wanted);
  }

  @Override
  public void start() {
    crew.add("publisher", sending::run);
  }

  @Override
  public long stop() throws Exception {
    crew.join();
    return sending.sent();
  }
}
