package dev.trefoil.raw.simulation;

import dev.trefoil.ClosedException;
import dev.trefoil.Codec;
import dev.trefoil.Options;
import dev.trefoil.OverloadedException;
import dev.trefoil.PeerLostException;
import dev.trefoil.RemoteException;
import dev.trefoil.Replier;
import dev.trefoil.Request;
import dev.trefoil.Requester;
import dev.trefoil.TimedOutException;
import dev.trefoil.spi.PortMetrics.Drop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Requesters and repliers. */
final class RequestPlay {
  private static final int RUSH = 20;
  private static final long PATIENCE = 4 * World.SECOND;

  private final Stage stage;
  private final World world;
  private final List<Member<Requester<String, String>>> requesters = new ArrayList<>();
  private final Map<String, Integer> handled = new HashMap<>();
  private final Map<String, Ask> asks = new HashMap<>();
  private final List<CompletableFuture<String>> futures = new ArrayList<>();
  private boolean rushing;
  private int asked;
  private int open;

  /** One request. */
  private final class Ask {
    private final String text;
    private final Member<?> by;
    private final int life;
    private final long deadline;
    private final boolean repeatable;
    private boolean ended;
    private boolean lost;
    private long lostAt;

    Ask(String text, Member<?> by, long timeout, boolean repeatable) {
      this.text = text;
      this.by = by;
      this.life = by.crashes();
      this.deadline = world.nanoTime() + timeout;
      this.repeatable = repeatable;
    }

    void lost() {
      if (!repeatable && !lost) {
        lost = true;
        lostAt = world.nanoTime();
      }
    }

    void end(String reply, Throwable error) {
      long late = world.nanoTime() - deadline;
      world.note(error == null ? "replied" : error.getClass().getName(), asked, late);
      if (ended) {
        throw broken("ended twice");
      }
      ended = true;
      open--;
      if (late > world.handlerDelay()) {
        throw broken("ended " + late + " ns after its deadline");
      }
      if (lost && world.nanoTime() - lostAt > world.handlerDelay()) {
        throw broken("ended long after the connection that it was on");
      }
      if (error == null) {
        check(reply.equals("re " + text), "got the reply '" + reply + "'");
      } else {
        check(isRight(error, late), "ended at " + late + " from its deadline with " + error);
      }
    }

    private boolean isRight(Throwable error, long late) {
      if (error instanceof TimedOutException timedOut) {
        // A reply that finds no room is dropped and counted; but time enough to be sent there was.
        return late >= 0 && !(rushing && timedOut.attempts() == 0);
      } else if (error instanceof RemoteException) {
        return text.startsWith("bad");
      } else if (error instanceof PeerLostException) {
        return !repeatable && !stage.calm;
      } else if (error instanceof ClosedException) {
        return by.crashes() > life;
      }
      return error instanceof OverloadedException;
    }

    private void check(boolean right, String otherwise) {
      if (!right) {
        throw broken(otherwise);
      }
    }

    private World.Broken broken(String what) {
      return world.broken("request '" + shown(text) + "' of " + by.name() + " " + what);
    }
  }

  /** {@return the beginning of a text, for people} */
  static String shown(String text) {
    return text.substring(0, Math.min(20, text.length()));
  }

  RequestPlay(Stage stage, long span) {
    this.stage = stage;
    this.world = stage.world;
    String scheme = stage.scheme();
    List<String> places = List.of(scheme + "://r1:7001", scheme + "://r2:7002");
    boolean repliersBind = !world.onceIn(4);
    for (int i = 0; i < 2; i++) {
      List<String> here = List.of(places.get(i));
      boolean byHandler = i == 0;
      String name = "replier-" + i;
      new Member<>(
          stage,
          name,
          () -> byHandler ? answering(name) : receiving(name),
          repliersBind ? here : List.of(),
          repliersBind ? List.of() : places);
      String asker = "requester-" + i;
      Options options = askerOptions(asker);
      requesters.add(
          new Member<>(
              stage,
              asker,
              () -> stage.messaging.requester(Codec.utf8(), Codec.utf8(), options),
              repliersBind ? List.of() : here,
              repliersBind ? places : List.of()));
    }
    stage.book.onLostRequest(text -> asks.get(text).lost());
    stage.often(12, span, this::askSome);
  }

  private Options askerOptions(String name) {
    Options.Builder options = stage.options(name);
    if (world.onceIn(2)) {
      options.retryInterval(Duration.ofMillis(world.between(50, 500)));
    }
    return options.build();
  }

  private Replier<String, String> answering(String name) {
    return stage.messaging.replier(
        Codec.utf8(), Codec.utf8(), this::answer, stage.options(name).build());
  }

  /** Takes requests now and then, and answers each after a while. */
  private Replier<String, String> receiving(String name) {
    Replier<String, String> replier =
        stage.messaging.replier(Codec.utf8(), Codec.utf8(), stage.options(name).build());
    world.within(0, 20 * World.MILLISECOND, () -> look(replier));
    return replier;
  }

  private void look(Replier<String, String> replier) {
    try {
      for (Request<String, String> got = replier.receive(Duration.ZERO);
          got != null;
          got = replier.receive(Duration.ZERO)) {
        Request<String, String> request = got;
        world.within(0, 30 * World.MILLISECOND, () -> settle(request));
      }
      world.within(0, 20 * World.MILLISECOND, () -> look(replier));
    } catch (ClosedException e) {
      world.note("a replier looks no more", 0, 0);
    } catch (InterruptedException e) {
      throw world.broken("nobody interrupts");
    }
  }

  private void settle(Request<String, String> request) {
    try {
      request.reply(answer(request.value()));
    } catch (IllegalArgumentException e) {
      request.fail("it is bad");
    }
  }

  private String answer(String text) {
    int times = handled.merge(text, 1, Integer::sum);
    Ask ask = asks.get(text);
    if (times > 1 && !ask.repeatable) {
      throw ask.broken("was handled twice");
    }
    if (text.startsWith("bad")) {
      throw new IllegalArgumentException("it is bad");
    }
    return "re " + text;
  }

  private void askSome() {
    Member<Requester<String, String>> by = stage.any(requesters);
    for (long left = world.between(1, 10); left > 0; left--) {
      ask(by, world.between(World.MILLISECOND, 2 * World.SECOND));
    }
  }

  /** More at once than the queues take: with time enough each gets its turn. */
  void rush() {
    rushing = true;
    for (Member<Requester<String, String>> each : requesters) {
      for (int i = 0; i < RUSH; i++) {
        ask(each, PATIENCE);
      }
    }
  }

  private void ask(Member<Requester<String, String>> by, long timeout) {
    Requester<String, String> requester = by.role();
    if (requester == null) {
      return;
    }
    String word = (world.onceIn(10) ? "bad" : "good") + ++asked;
    String text = rushing ? word : stage.padded(word);
    boolean repeatable = world.onceIn(2);
    Ask ask = new Ask(text, by, timeout, repeatable);
    asks.put(text, ask);
    open++;
    futures.add(
        (repeatable ? requester.idempotent() : requester)
            .requestAsync(text, Duration.ofNanos(timeout))
            .whenComplete(ask::end));
  }

  boolean isDone() {
    return open == 0 && futures.stream().allMatch(CompletableFuture::isDone);
  }

  /** What holds once everything has come to rest. */
  void checkAtRest() {
    if (open != 0) {
      throw world.broken(open + " requests never ended");
    }
    stage.book.ports().forEach(this::checkAnswered);
  }

  private void checkAnswered(String name, SimulatedPort port) {
    if (!name.startsWith("replier")) {
      return;
    }
    long dropped = port.context().metrics().drops(Drop.REPLY_QUEUE_FULL);
    int unanswered =
        port.connections().stream()
            .filter(SimulatedConnection::isSound)
            .mapToInt(each -> each.tap().unanswered())
            .sum();
    if (unanswered > dropped) {
      throw world.broken(
          name + " left " + unanswered + " requests without an answer, and counted " + dropped);
    }
  }
}
