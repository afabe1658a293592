package dev.trefoil.samples.minimal;

import dev.trefoil.Codec;
import dev.trefoil.Endpoint;
import dev.trefoil.Messaging;
import dev.trefoil.Replier;
import dev.trefoil.Requester;
import java.io.PrintStream;

/** Request-reply: a server that sends back what it gets, and a client. */
public final class Echo {
  private Echo() {}

  public static void main(String[] arguments) throws InterruptedException {
    run(System.out);
  }

  static void run(PrintStream out) throws InterruptedException {
    try (Messaging messaging = Messaging.create()) {
      Replier<String, String> server =
          messaging.replier(Codec.utf8(), Codec.utf8(), request -> request);
      Endpoint where = server.bind("raw://127.0.0.1:0");

      Requester<String, String> client = messaging.requester(Codec.utf8(), Codec.utf8());
      client.connect(where);
      out.println(client.request("hello"));
    }
  }
}
