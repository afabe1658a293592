package dev.trefoil.samples.bump;

import dev.trefoil.Endpoint;
import dev.trefoil.Requester;
import dev.trefoil.samples.bump.Witness.Kind;
import dev.trefoil.samples.bump.Witness.Sighting;
import dev.trefoil.spi.Capability;
import java.io.IOException;
import java.time.Duration;

/** Servers that are interrupted, so that their kernel tells of it: 3 and 4. */
final class Endings {
  private static final Duration TO_END = Duration.ofSeconds(2);

  private Endings() {}

  static Finding active(Stage stage) throws IOException, InterruptedException {
    Witness witness = stage.witness();
    try (ServerProcess server = stage.server("1m");
        Requester<String, String> requester = stage.requester(stage.options())) {
      requester.connect(server.bound());
      Crashes.awaitConnected(witness);
      witness.ask(requester, "something that takes a minute");
      Crashes.awaitAsked(requester);
      witness.moment("kill -9 of the server, which works on a request");
      server.kill();
      Sighting failed = witness.await(Stage.REQUEST_LIMIT.plus(Stage.GRACE), Kind.FAILED);
      Sighting lost = witness.await(Stage.GRACE, Kind.LOST);
      if (lost == null) {
        return Finding.missed("the loss was not told", "at once");
      }
      return stage.can(Capability.PEER_LOSS)
          ? Finding.within(failed, Kind.FAILED, "PeerLostException", Duration.ZERO, "at once")
          : Finding.within(
              lost, Kind.LOST, "disconnected", Duration.ZERO, "told at once, the request: in time");
    }
  }

  static Finding idle(Stage stage) throws IOException, InterruptedException {
    Witness witness = stage.witness();
    try (ServerProcess server = stage.server("0ms");
        Requester<String, String> requester = stage.requester(stage.options())) {
      String uri = server.bound();
      requester.connect(uri);
      Crashes.awaitConnected(witness);
      witness.moment("kill (SIGTERM) of the server; nobody asks anything");
      server.terminate();
      Sighting lost = witness.await(Stage.REQUEST_LIMIT, Kind.LOST);
      server.awaitEnd();
      witness.also("the server is started again");
      try (ServerProcess again = stage.server("0ms", uri)) {
        again.bound();
        Sighting connected = witness.await(Stage.REQUEST_LIMIT, Kind.CONNECTED);
        requester.disconnect(Endpoint.of(uri));
        if (connected == null) {
          return Finding.missed("it did not connect anew", "within 2 s, then connected anew");
        }
        return Finding.within(
            lost, Kind.LOST, "disconnected", TO_END, "within 2 s, then connected anew");
      }
    }
  }
}
