package dev.trefoil.samples.minimal;

import dev.trefoil.BindFailedException;
import dev.trefoil.Codec;
import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.Messaging;
import dev.trefoil.Options;
import dev.trefoil.Peer;
import dev.trefoil.PeerListener;
import dev.trefoil.PeerLostException;
import dev.trefoil.Replier;
import dev.trefoil.Requester;
import dev.trefoil.TimedOutException;
import java.io.PrintStream;
import java.time.Duration;

/** Things that go bump in the net: what failures look like, and who tells of them. */
public final class Bump {
  private Bump() {}

  public static void main(String[] arguments) throws InterruptedException {
    run(System.out);
  }

  static void run(PrintStream out) throws InterruptedException {
    PeerListener listener =
        new PeerListener() {
          @Override
          public void disconnected(Peer peer, DisconnectReason reason, String detail) {
            out.println("lost the server: " + reason.tag());
          }
        };
    try (Messaging messaging = Messaging.create();
        Requester<String, String> client =
            messaging.requester(
                Codec.utf8(), Codec.utf8(), Options.builder().peerListener(listener).build())) {
      try {
        client.connect("raw://127.0.0.1:1"); // never fails: it tries until somebody is there
        client.request("anybody?", Duration.ofMillis(300));
      } catch (TimedOutException e) {
        out.println("no answer, and " + (e.peerSeen() ? "a slow server" : "no server at all"));
      }

      Replier<String, String> server = messaging.replier(Codec.utf8(), Codec.utf8());
      Endpoint where = server.bind("raw://127.0.0.1:0");
      try (Replier<String, String> copy = messaging.replier(Codec.utf8(), Codec.utf8())) {
        copy.bind(where);
      } catch (BindFailedException e) {
        out.println("cannot listen: " + e.reason());
      }

      client.connect(where);
      var answer = client.requestAsync("anybody now?");
      server.receive(Duration.ofSeconds(5));
      server.close(); // with the question in hand
      answer
          .exceptionally(
              failure -> {
                out.println(
                    failure instanceof PeerLostException
                        ? "the server is gone"
                        : failure.toString());
                return "";
              })
          .join();
    }
  }
}
