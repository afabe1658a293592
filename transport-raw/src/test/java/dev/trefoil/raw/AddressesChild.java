package dev.trefoil.raw;

import dev.trefoil.Codec;
import dev.trefoil.Endpoint;
import dev.trefoil.Messaging;
import dev.trefoil.Options;
import dev.trefoil.PeerListener;
import dev.trefoil.RejectReason;
import dev.trefoil.Requester;
import java.time.Duration;

/** A process that asks at an endpoint, and tells how it got there. */
final class AddressesChild {
  private AddressesChild() {}

  public static void main(String[] arguments) throws InterruptedException {
    PeerListener listener =
        new PeerListener() {
          @Override
          public void connectFailed(Endpoint endpoint, String why) {
            System.out.println("failed: " + why);
          }

          @Override
          public void rejected(Endpoint at, String address, RejectReason reason, String detail) {
            System.out.println("rejected: " + address + " " + reason);
          }
        };
    Options options = Options.builder().peerListener(listener).build();
    try (Messaging messaging = Messaging.create();
        Requester<String, String> requester =
            messaging.requester(Codec.utf8(), Codec.utf8(), options)) {
      requester.connect(arguments[0]);
      System.out.println("reply: " + requester.request("hello", Duration.ofSeconds(20)));
    }
  }
}
