package dev.trefoil.samples.compare.child;

import dev.trefoil.samples.compare.trial.Trial;
import dev.trefoil.samples.compare.trial.Work;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/** PUSH, or XPUB: a PUB that can tell when its subscribers are there. */
final class JeroSender extends JeroSide {
  private static final byte[] TOPIC = TrefoilPublisher.TOPIC.getBytes(StandardCharsets.UTF_8);

  private final Gauge gauge;
  private final Sending sending;
  private ZMQ.@Nullable Socket socket;

  JeroSender(Trial trial, Gauge gauge) {
    super(trial);
    this.gauge = gauge;
    this.sending = new Sending(trial, gauge, publishes() ? this::publish : this::push);
  }

  private boolean publishes() {
    return trial().cell().work() == Work.PUBLISH;
  }

  private boolean push(byte[] message) {
    boolean sent = false;
    while (!sent && !gauge.isOver()) {
      sent = opened().send(message);
    }
    return sent;
  }

  private boolean publish(byte[] message) {
    return opened().sendMore(TOPIC) && opened().send(message);
  }

  private ZMQ.Socket opened() {
    ZMQ.Socket one = socket;
    if (one == null) {
      throw new IllegalStateException("not open");
    }
    return one;
  }

  @Override
  public String open() throws IOException {
    ZMQ.Socket made = socket(publishes() ? SocketType.XPUB : SocketType.PUSH);
    if (publishes()) {
      made.setXpubVerbose(true);
    }
    socket = made;
    return bind(made);
  }

  @Override
  public void awaitPeers() throws IOException {
    for (int i = 0; publishes() && i < trial().cell().work().receivers(); i++) {
      receive(opened()); // each subscription is a message
    }
  }

  @Override
  public void start() {
    crew().add("sender", sending::run);
  }

  @Override
  public long stop() throws Exception {
    crew().join();
    return sending.sent();
  }
}
