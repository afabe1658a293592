package dev.trefoil.raw.simulation;

import dev.trefoil.Assurance;
import dev.trefoil.ClosedException;
import dev.trefoil.Codec;
import dev.trefoil.DeadLetter;
import dev.trefoil.Delivery;
import dev.trefoil.NotDeliveredException;
import dev.trefoil.Options;
import dev.trefoil.Puller;
import dev.trefoil.Pusher;
import dev.trefoil.TimedOutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Pushers that want acknowledgements, and pullers of several habits. */
final class PushPlay {
  private static final List<String> PLACES = List.of("raw://w1:7001", "raw://w2:7002");

  private final Stage stage;
  private final World world;
  private final List<Member<Pusher<String>>> pushers = new ArrayList<>();
  private final List<Member<?>> pullers = new ArrayList<>();
  private final Map<Member<?>, Integer> open = new HashMap<>();
  private final Set<String> handled = new HashSet<>();
  private final Set<String> dead = new HashSet<>();
  private final Set<String> givenUp = new HashSet<>();
  private final List<CompletableFuture<Void>> futures = new ArrayList<>();
  private final Map<Long, Long> lastOfPeer = new HashMap<>();
  private int pushed;

  PushPlay(Stage stage, long span) {
    this.stage = stage;
    this.world = stage.world;
    boolean pushersBind = world.onceIn(2);
    for (int i = 0; i < 2; i++) {
      List<String> here = List.of(PLACES.get(i));
      Options options =
          options("pusher-" + i)
              .inFlight(4 << world.between(0, 5))
              .acknowledgeTimeout(Duration.ofMillis(world.between(500, 5_000)))
              .maxAttempts((int) world.between(2, 8))
              .deadLetters(this::died)
              .build();
      pushers.add(
          new Member<>(
              stage,
              "pusher-" + i,
              () -> stage.messaging.pusher(Codec.utf8(), options),
              pushersBind ? here : List.of(),
              pushersBind ? List.of() : PLACES));
      addPuller(
          "puller-" + i, i == 0, pushersBind ? List.of() : here, pushersBind ? PLACES : List.of());
    }
    stage.often(25, span, this::pushSome);
  }

  private Options.Builder options(String name) {
    return stage
        .options(name)
        .assurance(Assurance.AT_LEAST_ONCE)
        .prefetch(1 << world.between(0, 5));
  }

  private void addPuller(
      String name, boolean byHandler, List<String> binds, List<String> connects) {
    pullers.add(
        new Member<>(
            stage, name, () -> byHandler ? handling(name) : receiving(name), binds, connects));
  }

  private Puller<String> handling(String name) {
    return stage.messaging.puller(Codec.utf8(), this::handle, options(name).build());
  }

  private void handle(Delivery<String> got) {
    checkOrder(got);
    if (got.value().startsWith("bad") || world.onceIn(20)) {
      throw new IllegalArgumentException("cannot do it");
    }
    handled.add(got.value());
  }

  /** In order, as long as no puller closed: what that refuses is pushed again as if it were new. */
  private void checkOrder(Delivery<String> got) {
    long number = got.id().number();
    if (got.attempt() == 1 && pullers.stream().allMatch(each -> each.crashes() == 0)) {
      Long before = lastOfPeer.put(got.peer().id(), number);
      if (before != null && before >= number) {
        throw world.broken("message " + number + " came after " + before);
      }
    }
  }

  /** Takes messages now and then, and acknowledges each after a while. */
  private Puller<String> receiving(String name) {
    Puller<String> puller = stage.messaging.puller(Codec.utf8(), options(name).build());
    world.within(0, 20 * World.MILLISECOND, () -> look(puller));
    return puller;
  }

  private void look(Puller<String> puller) {
    try {
      for (Delivery<String> got = puller.receive(Duration.ZERO);
          got != null;
          got = puller.receive(Duration.ZERO)) {
        Delivery<String> delivery = got;
        checkOrder(delivery);
        world.within(0, 30 * World.MILLISECOND, () -> settle(delivery));
      }
      world.within(0, 20 * World.MILLISECOND, () -> look(puller));
    } catch (ClosedException e) {
      world.note("a puller looks no more", 0, 0);
    } catch (InterruptedException e) {
      throw world.broken("nobody interrupts");
    }
  }

  private void settle(Delivery<String> delivery) {
    if (delivery.value().startsWith("bad")) {
      delivery.refuse("cannot do it");
    } else if (!world.onceIn(50)) {
      handled.add(delivery.value());
      delivery.acknowledge();
    }
    // Otherwise the puller forgets it, and the pusher's patience ends.
  }

  private void pushSome() {
    Member<Pusher<String>> by = stage.any(pushers);
    for (long left = world.between(1, 12); left > 0 && by.isUp(); left--) {
      push(by);
    }
  }

  private void push(Member<Pusher<String>> by) {
    String text = stage.padded((world.onceIn(30) ? "bad" : "good") + ++pushed);
    int life = by.crashes();
    try {
      futures.add(
          by.role()
              .pushAcknowledged(text)
              .whenComplete((done, error) -> ended(by, life, text, error)));
      open.merge(by, 1, Integer::sum);
      world.note("pushed", pushed, 0);
    } catch (TimedOutException e) {
      world.note("not pushed", pushed, 0);
    } catch (InterruptedException e) {
      throw world.broken("nobody interrupts");
    }
  }

  private void ended(Member<?> by, int life, String text, Throwable error) {
    world.note(error == null ? "acknowledged" : error.getClass().getName(), text.length(), life);
    open.merge(by, -1, Integer::sum);
    if (error == null) {
      if (!handled.contains(text)) {
        throw world.broken(
            "'" + RequestPlay.shown(text) + "' is acknowledged, and nobody handled it");
      }
    } else if (error instanceof NotDeliveredException) {
      givenUp.add(text);
    } else if (!(error instanceof ClosedException) || by.crashes() == life) {
      throw world.broken("'" + RequestPlay.shown(text) + "' ended with " + error);
    }
  }

  private void died(DeadLetter letter) {
    if (!dead.add(new String(letter.payload(), StandardCharsets.UTF_8))) {
      throw world.broken("a message died twice");
    }
  }

  boolean isDone() {
    return futures.stream().allMatch(CompletableFuture::isDone);
  }

  /** What holds once everything has come to rest. */
  void checkAtRest() {
    for (Member<Pusher<String>> each : pushers) {
      int left = open.getOrDefault(each, 0);
      int kept = each.role().unacknowledged();
      if (left != 0 || kept != 0) {
        throw world.broken(
            each.name() + " has " + kept + " unacknowledged, and " + left + " have no end");
      }
    }
    if (!dead.containsAll(givenUp)) {
      throw world.broken("a message was given up, and is no dead letter");
    }
  }
}
