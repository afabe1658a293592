package dev.trefoil.samples.minimal;

import dev.trefoil.Codec;
import dev.trefoil.Delivery;
import dev.trefoil.Endpoint;
import dev.trefoil.Messaging;
import dev.trefoil.Publisher;
import dev.trefoil.Subscriber;
import java.io.PrintStream;
import java.time.Duration;

/** Publish-subscribe: prices under topics, and a watcher of some of them. */
public final class Ticker {
  private Ticker() {}

  public static void main(String[] arguments) throws InterruptedException {
    run(System.out);
  }

  static void run(PrintStream out) throws InterruptedException {
    try (Messaging messaging = Messaging.create()) {
      Publisher<String> publisher = messaging.publisher(Codec.utf8());
      Endpoint where = publisher.bind("raw://127.0.0.1:0");

      Subscriber<String> watcher = messaging.subscriber(Codec.utf8());
      watcher.subscribe("price.clover");
      watcher.connect(where);

      // Without this wait the first prices would be published to nobody.
      publisher.awaitSubscribers("price.clover", 1, Duration.ofSeconds(5));
      publisher.publish("price.clover", "100.25");
      publisher.publish("price.vetch", "12.50");
      publisher.publish("price.clover", "100.75");

      for (int i = 0; i < 2; i++) {
        Delivery<String> price = watcher.receive();
        out.println(price.topic() + " " + price.value());
      }
    }
  }
}
