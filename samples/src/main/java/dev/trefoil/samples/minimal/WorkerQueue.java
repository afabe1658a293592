package dev.trefoil.samples.minimal;

import dev.trefoil.Assurance;
import dev.trefoil.Codec;
import dev.trefoil.Endpoint;
import dev.trefoil.Messaging;
import dev.trefoil.Options;
import dev.trefoil.Puller;
import dev.trefoil.Pusher;
import java.io.PrintStream;
import java.time.Duration;

/** Push-pull: tasks for two workers, each acknowledged when its handler returns. */
public final class WorkerQueue {
  private WorkerQueue() {}

  public static void main(String[] arguments) throws InterruptedException {
    run(System.out);
  }

  static void run(PrintStream out) throws InterruptedException {
    Options sure = Options.builder().assurance(Assurance.AT_LEAST_ONCE).build();
    try (Messaging messaging = Messaging.create()) {
      Pusher<String> ventilator = messaging.pusher(Codec.utf8(), sure);
      Endpoint where = ventilator.bind("raw://127.0.0.1:0");

      for (String name : new String[] {"ann", "bob"}) {
        Puller<String> worker =
            messaging.puller(
                Codec.utf8(), task -> out.println(name + " did " + task.value()), sure);
        worker.connect(where);
      }

      ventilator.awaitPeers(2, Duration.ofSeconds(5));
      for (int i = 1; i <= 6; i++) {
        ventilator.push("task " + i);
      }
      ventilator.awaitAcknowledged(Duration.ofSeconds(5));
    }
  }
}
