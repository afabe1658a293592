package dev.trefoil.samples.bump;

import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.Requester;
import dev.trefoil.samples.bump.Witness.Kind;
import dev.trefoil.samples.bump.Witness.Sighting;
import dev.trefoil.samples.shared.FailedException;
import dev.trefoil.samples.shared.Text;
import dev.trefoil.spi.Capability;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Machines and routers that fall silent: 5 to 9. */
final class Crashes {
  private static final Duration TO_CONNECT = Duration.ofSeconds(10);
  private static final Duration OUTAGE = Duration.ofMillis(700);

  private static final Duration TO_BOOT = Duration.ofSeconds(3);
  private static final Duration UNTIL_ACKNOWLEDGED = Duration.ofMillis(300);

  private Crashes() {}

  static Finding active(Stage stage) throws IOException, InterruptedException {
    Witness witness = stage.witness();
    try (Machine machine = stage.machine("1m");
        Requester<String, String> requester = stage.requester(stage.options())) {
      open(requester, machine.start(), witness);
      witness.ask(requester, "something that takes a minute");
      awaitAsked(requester);
      machine.vanish();
      witness.moment("the machine is gone (" + machine.means() + "), a request is under way");
      witness.ask(requester, "and another one");
      Sighting failed = witness.await(Stage.REQUEST_LIMIT.plus(Stage.GRACE), Kind.FAILED);
      if (stage.can(Capability.HEARTBEATS)) {
        return Finding.within(
            failed, Kind.FAILED, "PeerLostException", Stage.silence(), Stage.heartbeats());
      }
      return Finding.within(
          failed,
          Kind.FAILED,
          "TimedOutException",
          Stage.REQUEST_LIMIT,
          "the request's deadline of " + Text.of(Stage.REQUEST_LIMIT));
    }
  }

  static Finding idle(Stage stage) throws IOException, InterruptedException {
    boolean heartbeats = stage.can(Capability.HEARTBEATS);
    if (!heartbeats && !stage.hasNamespaces()) {
      return Finding.skipped("this wire has no heartbeats, and a proxy's own kernel is alive");
    }
    return fallSilent(
        stage,
        stage.options(),
        heartbeats ? Stage.silence() : Stage.keepalive(),
        heartbeats ? Stage.heartbeats() : "keepalive: " + probes());
  }

  static Finding keepalive(Stage stage) throws IOException, InterruptedException {
    if (!stage.hasNamespaces()) {
      return Finding.skipped("only network namespaces can act it out");
    }
    return fallSilent(
        stage, stage.options().heartbeatInterval(Duration.ZERO), Stage.keepalive(), probes());
  }

  private static String probes() {
    return Stage.PROBES + " probes after " + Text.of(Stage.PROBE) + ", one each second";
  }

  private static Finding fallSilent(
      Stage stage, Options.Builder options, Duration limit, String promise)
      throws IOException, InterruptedException {
    Witness witness = stage.witness();
    try (Machine machine = stage.machine("0ms");
        Requester<String, String> requester = stage.requester(options)) {
      open(requester, machine.start(), witness);
      beIdle(stage, requester);
      machine.vanish();
      witness.moment("the machine is gone (" + machine.means() + "), nobody asks anything");
      Sighting lost = witness.await(limit.plus(Stage.GRACE), Kind.LOST);
      return Finding.within(lost, Kind.LOST, "disconnected", limit, promise);
    }
  }

  /**
   * Bytes that the other machine has not acknowledged are sent again for a quarter of an hour
   * before the system gives up, and as long as they are under way it sends no probes.
   */
  private static void beIdle(Stage stage, Requester<String, String> requester)
      throws InterruptedException {
    stage.witness().ask(requester, "the last question for a while");
    stage.witness().await(Stage.REQUEST_LIMIT, Kind.ANSWERED, Kind.FAILED);
    stage.run().pause(UNTIL_ACKNOWLEDGED);
  }

  static Finding outage(Stage stage) throws IOException, InterruptedException {
    Witness witness = stage.witness();
    try (Machine machine = stage.machine("0ms");
        Requester<String, String> requester = stage.requester(stage.options())) {
      open(requester, machine.start(), witness);
      machine.vanish();
      witness.moment("the way to the machine is gone (" + machine.means() + ")");
      witness.ask(requester, "asked during the outage");
      stage.run().pause(OUTAGE);
      machine.reappear();
      witness.also("the way is there again");
      Sighting seen = witness.await(Stage.REQUEST_LIMIT, Kind.ANSWERED, Kind.LOST, Kind.FAILED);
      return Finding.within(
          seen,
          Kind.ANSWERED,
          "nothing but a late answer",
          Stage.REQUEST_LIMIT,
          "the session lives through less than " + Stage.heartbeats());
    }
  }

  static Finding reboot(Stage stage) throws IOException, InterruptedException {
    Witness witness = stage.witness();
    // The reboot takes as long as a JVM needs to start: heartbeats would notice before it ends.
    Options.Builder options = stage.options().heartbeatMisses(60);
    try (Machine machine = stage.machine("0ms");
        Requester<String, String> requester = stage.requester(options)) {
      open(requester, machine.start(), witness);
      machine.vanish();
      witness.moment("the machine crashes (" + machine.means() + ") and is started again");
      machine.reboot();
      witness.also("it is back, with a new server");
      witness.ask(requester, "do you remember me?");
      Sighting lost = witness.await(Stage.REQUEST_LIMIT.plus(Stage.GRACE), Kind.LOST);
      Sighting connected = witness.await(TO_CONNECT, Kind.CONNECTED);
      String promise = "at the first byte that it gets when it is back; connected anew";
      if (connected == null) {
        return Finding.missed("it did not connect anew", promise);
      }
      return Finding.within(lost, Kind.LOST, "disconnected", TO_BOOT, promise);
    }
  }

  private static void open(Requester<String, String> requester, Endpoint endpoint, Witness witness)
      throws InterruptedException {
    requester.connect(endpoint);
    awaitConnected(witness);
  }

  static void awaitConnected(Witness witness) throws InterruptedException {
    if (witness.await(TO_CONNECT, Kind.CONNECTED) == null) {
      throw new FailedException("the server did not let us in within " + Text.of(TO_CONNECT));
    }
  }

  /** Long enough for a request to leave this process. */
  static void awaitAsked(Requester<String, String> requester) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(requester.outstanding() > 0 ? 100 : 0);
  }
}
