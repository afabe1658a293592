package dev.trefoil.samples.minimal;

import dev.trefoil.Codec;
import dev.trefoil.Endpoint;
import dev.trefoil.Messaging;
import dev.trefoil.Replier;
import dev.trefoil.Requester;
import java.io.PrintStream;

/** A bridge: ZeroMQ clients ask, and a server of the nng world answers. */
public final class Bridge {
  private Bridge() {}

  public static void main(String[] arguments) throws InterruptedException {
    run(System.out);
  }

  static void run(PrintStream out) throws InterruptedException {
    try (Messaging messaging = Messaging.create()) {
      // Stands for a server of the nng world.
      Replier<String, String> server =
          messaging.replier(Codec.utf8(), Codec.utf8(), request -> request + " from nng's world");
      Endpoint nngWorld = server.bind("sp://127.0.0.1:0");

      // The bridge, in five lines.
      Requester<byte[], byte[]> toNng = messaging.requester(Codec.bytes(), Codec.bytes());
      toNng.connect(nngWorld);
      Replier<byte[], byte[]> fromZeroMq =
          messaging.replier(Codec.bytes(), Codec.bytes(), toNng::request);
      Endpoint zeroMqWorld = fromZeroMq.bind("zmq://127.0.0.1:0");

      // Stands for a client of the ZeroMQ world.
      Requester<String, String> client = messaging.requester(Codec.utf8(), Codec.utf8());
      client.connect(zeroMqWorld);
      out.println(client.request("hello"));
    }
  }
}
