package dev.trefoil.benchmarks.contest;

import dev.trefoil.Codec;
import dev.trefoil.Delivery;
import dev.trefoil.Endpoint;
import dev.trefoil.Messaging;
import dev.trefoil.Options;
import dev.trefoil.Puller;
import dev.trefoil.Pusher;
import java.io.IOException;
import java.time.Duration;

/** A Trefoil pusher and puller, over any scheme, by {@code receive} or by an inline handler. */
final class TrefoilPush implements Contestant {
  private static final Duration TO_ACKNOWLEDGE = Duration.ofSeconds(4);

  @Override
  public Side server(Work work) {
    Messaging messaging = TrefoilSetup.messaging(work);
    if (work.is("take", "inline")) {
      return new HandlingPuller(messaging, work);
    }
    Puller<byte[]> puller = messaging.puller(Codec.bytes(), TrefoilSetup.options(work));
    Endpoint bound = puller.bind(TrefoilSetup.listenAddress(work));
    return new ReceivingPuller(messaging, puller, bound.toString(), work);
  }

  @Override
  public Side client(Work work, String address) throws Exception {
    Messaging messaging = TrefoilSetup.messaging(work);
    Pusher<byte[]> pusher = messaging.pusher(Codec.bytes(), TrefoilSetup.options(work));
    pusher.connect(address);
    TrefoilSetup.awaitPeer(pusher);
    return new Sender(messaging, pusher, work);
  }

  private static boolean isAcknowledged(Work work) {
    return work.is("assurance", "acknowledged");
  }

  private record Sender(Messaging messaging, Pusher<byte[]> pusher, Work work) implements Side {
    @Override
    public void run(Gauge gauge) throws Exception {
      byte[] payload = Payloads.make(work);
      Gauge.Tally sent = gauge.newTally();
      for (long i = 0; i < Gauge.MOST_MESSAGES && !gauge.isStopped(); i++) {
        pusher.push(payload);
        sent.add(1);
      }
      if (isAcknowledged(work) && !pusher.awaitAcknowledged(TO_ACKNOWLEDGE)) {
        throw new IOException(pusher.unacknowledged() + " messages were never acknowledged");
      }
    }

    @Override
    public void close() {
      messaging.close();
    }
  }

  private record ReceivingPuller(
      Messaging messaging, Puller<byte[]> puller, String address, Work work) implements Side {
    @Override
    public void run(Gauge gauge) throws Exception {
      int size = work.size();
      boolean acknowledge = isAcknowledged(work);
      Gauge.Tally received = gauge.newTally();
      while (!gauge.isStopped()) {
        Delivery<byte[]> delivery = puller.receive(TrefoilSetup.LOOK_UP);
        if (delivery != null) {
          Payloads.check(delivery.value(), size);
          if (acknowledge) {
            delivery.acknowledge();
          }
          received.add(1);
        }
      }
    }

    @Override
    public void close() {
      messaging.close();
    }
  }

  private static final class HandlingPuller implements Side {
    private final Messaging messaging;
    private final Endpoint bound;
    private final Counter counter;

    private HandlingPuller(Messaging messaging, Work work) {
      this.messaging = messaging;
      this.counter = new Counter(work.size());
      Options options = TrefoilSetup.options(work);
      Puller<byte[]> puller = messaging.puller(Codec.bytes(), counter, options);
      this.bound = puller.bind(TrefoilSetup.listenAddress(work));
    }

    @Override
    public String address() {
      return bound.toString();
    }

    @Override
    public void run(Gauge gauge) throws Exception {
      counter.countIn(gauge);
      gauge.awaitStop();
      counter.rethrow();
    }

    @Override
    public void close() {
      messaging.close();
    }
  }
}
