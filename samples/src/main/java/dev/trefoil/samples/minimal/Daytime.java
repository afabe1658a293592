package dev.trefoil.samples.minimal;

import dev.trefoil.Codec;
import dev.trefoil.Endpoint;
import dev.trefoil.Messaging;
import dev.trefoil.Replier;
import dev.trefoil.Request;
import dev.trefoil.Requester;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/** Request-reply without a handler: the server takes each request and answers it when it likes. */
public final class Daytime {
  private Daytime() {}

  public static void main(String[] arguments) throws InterruptedException {
    run(System.out);
  }

  static void run(PrintStream out) throws InterruptedException {
    try (Messaging messaging = Messaging.create()) {
      Replier<byte[], String> server = messaging.replier(Codec.bytes(), Codec.utf8());
      Endpoint where = server.bind("zmq://127.0.0.1:0");

      Requester<byte[], String> client = messaging.requester(Codec.bytes(), Codec.utf8());
      client.connect(where);
      CompletableFuture<String> time = client.requestAsync(new byte[0]);

      Request<byte[], String> request = server.receive(Duration.ofSeconds(5));
      if (request != null) {
        request.reply(Instant.now().toString());
      }
      out.println(time.join());
    }
  }
}
