package dev.trefoil.samples.minimal;

import dev.trefoil.Codec;
import dev.trefoil.Endpoint;
import dev.trefoil.Messaging;
import dev.trefoil.Options;
import dev.trefoil.Replier;
import dev.trefoil.Requester;
import dev.trefoil.zmq.Curve;
import java.io.PrintStream;
import java.util.List;

/** Keys: a server that lets in one client, over ZeroMQ's wire with CURVE. */
public final class Secrets {
  private Secrets() {}

  public static void main(String[] arguments) throws InterruptedException {
    run(System.out);
  }

  static void run(PrintStream out) throws InterruptedException {
    // Apart, each side keeps its secret key, and is given the other's public key.
    Curve.Keys server = Curve.Keys.generate();
    Curve.Keys client = Curve.Keys.generate();
    Curve admitting = Curve.server(server, List.of(client.publicKey()));
    Curve trusting = Curve.client(client, server.publicKey());

    try (Messaging messaging = Messaging.create()) {
      Replier<String, String> replier =
          messaging.replier(
              Codec.utf8(),
              Codec.utf8(),
              request -> request + ", in secret",
              Options.builder().settings(admitting).build());
      Endpoint where = replier.bind("zmq://127.0.0.1:0");

      Requester<String, String> requester =
          messaging.requester(
              Codec.utf8(), Codec.utf8(), Options.builder().settings(trusting).build());
      requester.connect(where);
      out.println(requester.request("hello"));
    }
  }
}
