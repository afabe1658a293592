package dev.trefoil.tck;

import dev.trefoil.Codec;
import dev.trefoil.Handler;
import dev.trefoil.Messaging;
import dev.trefoil.Options;
import dev.trefoil.Publisher;
import dev.trefoil.Puller;
import dev.trefoil.Pusher;
import dev.trefoil.Replier;
import dev.trefoil.RequestHandler;
import dev.trefoil.Requester;
import dev.trefoil.Subscriber;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Statistic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Collection;

/** One side of a link: a {@link Messaging} of its own with its meters; its roles speak text. */
final class Side {
  private final Messaging messaging;
  private final SimpleMeterRegistry meters;

  Side(Messaging messaging, SimpleMeterRegistry meters) {
    this.messaging = messaging;
    this.meters = meters;
  }

  Messaging messaging() {
    return messaging;
  }

  Requester<String, String> requester(Options.Builder options) {
    return messaging.requester(Codec.utf8(), Codec.utf8(), options.build());
  }

  Replier<String, String> replier(Options.Builder options) {
    return messaging.replier(Codec.utf8(), Codec.utf8(), options.build());
  }

  Replier<String, String> replier(RequestHandler<String, String> handler, Options.Builder options) {
    return messaging.replier(Codec.utf8(), Codec.utf8(), handler, options.build());
  }

  Publisher<String> publisher(Options.Builder options) {
    return messaging.publisher(Codec.utf8(), options.build());
  }

  Subscriber<String> subscriber(Options.Builder options) {
    return messaging.subscriber(Codec.utf8(), options.build());
  }

  Subscriber<String> subscriber(Handler<String> handler, Options.Builder options) {
    return messaging.subscriber(Codec.utf8(), handler, options.build());
  }

  Pusher<String> pusher(Options.Builder options) {
    return messaging.pusher(Codec.utf8(), options.build());
  }

  Puller<String> puller(Options.Builder options) {
    return messaging.puller(Codec.utf8(), options.build());
  }

  Puller<String> puller(Handler<String> handler, Options.Builder options) {
    return messaging.puller(Codec.utf8(), handler, options.build());
  }

  /**
   * Reads a meter: the count of a counter or timer, the value of a gauge, summed over all that
   * match.
   *
   * @param name the meter's
   * @param tags keys and values in turn
   */
  long measured(String name, String... tags) {
    Collection<Meter> found = meters.find(name).tags(tags).meters();
    double sum = 0;
    for (Meter meter : found) {
      sum += first(meter);
    }
    return Math.round(sum);
  }

  private static double first(Meter meter) {
    for (Measurement measurement : meter.measure()) {
      Statistic statistic = measurement.getStatistic();
      if (statistic == Statistic.COUNT || statistic == Statistic.VALUE) {
        return measurement.getValue();
      }
    }
    return 0;
  }

  long dropped(String reason) {
    return measured("trefoil.messages.dropped", "reason", reason);
  }

  void close() {
    messaging.close();
    meters.close();
  }
}
