package dev.trefoil.zmq;

import static dev.trefoil.zmq.Node.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Assurance;
import dev.trefoil.ClosedException;
import dev.trefoil.Codec;
import dev.trefoil.Endpoint;
import dev.trefoil.Messaging;
import dev.trefoil.NotDeliveredException;
import dev.trefoil.Options;
import dev.trefoil.Publisher;
import dev.trefoil.Pusher;
import dev.trefoil.Requester;
import dev.trefoil.Role;
import dev.trefoil.Subscriber;
import dev.trefoil.TimedOutException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Roles of every kind are closed and drained at random moments, while threads use them. */
@Timeout(240)
class EndsTest {
  private static final int ROUNDS = 500;
  private static final int LOADERS = 3;
  private static final int KINDS = 5;
  private static final Endpoint ANY = Endpoint.of("zmq://127.0.0.1:0");
  private static final byte[] BODY = new byte[100];

  /** Six ends one after the other, each of which may wait 2.3 s for threads without a processor. */
  private static final long ALL_ENDS_MILLIS = 14_000;

  /** What the threads of one round do with its roles until one of these is closed. */
  private interface Use {
    void once() throws InterruptedException;
  }

  private record Pair(Role one, Role other, Use use) {}

  private static Pair pair(Messaging messaging, int kind, Options options) {
    switch (kind) {
      case 0 -> {
        Pusher<byte[]> pusher = messaging.pusher(Codec.bytes(), options);
        return new Pair(
            pusher,
            messaging.puller(Codec.bytes(), delivery -> {}, options),
            () -> pusher.push(BODY));
      }
      case 1 -> {
        Publisher<byte[]> publisher = messaging.publisher(Codec.bytes(), options);
        Subscriber<byte[]> subscriber =
            messaging.subscriber(Codec.bytes(), delivery -> {}, options);
        subscriber.subscribe("");
        return new Pair(publisher, subscriber, () -> publisher.publish("t", BODY));
      }
      case 2 -> {
        Pusher<byte[]> pusher = messaging.pusher(Codec.bytes(), atLeastOnce(options));
        return new Pair(
            pusher,
            messaging.puller(Codec.bytes(), delivery -> {}, atLeastOnce(options)),
            () -> pusher.push(BODY));
      }
      case 3 -> {
        // Stuck: nobody takes what it gets.
        Pusher<byte[]> pusher = messaging.pusher(Codec.bytes(), options);
        Options small = options.toBuilder().receiveQueueMessages(10).build();
        return new Pair(pusher, messaging.puller(Codec.bytes(), small), () -> pusher.push(BODY));
      }
      default -> {
        Requester<byte[], byte[]> requester =
            messaging.requester(Codec.bytes(), Codec.bytes(), options);
        return new Pair(
            requester,
            messaging.replier(Codec.bytes(), Codec.bytes(), request -> request, options),
            () -> ask(requester));
      }
    }
  }

  private static Options atLeastOnce(Options options) {
    return options.toBuilder().assurance(Assurance.AT_LEAST_ONCE).build();
  }

  /** What a request comes to is not looked at: the other side may be closed already. */
  private static void ask(Requester<byte[], byte[]> requester) {
    if (requester.outstanding() < 1_000) {
      assertThat(requester.requestAsync(BODY)).isNotNull();
    } else {
      Thread.onSpinWait();
    }
  }

  /** One round; what is random about it follows from the seed. */
  private static final class Round {
    private final Random random;
    private final AtomicReference<Throwable> problem = new AtomicReference<>();
    private final AtomicBoolean over = new AtomicBoolean();

    Round(long seed) {
      random = new Random(seed);
    }

    void run() throws InterruptedException {
      Options options =
          Options.builder()
              .linger(Duration.ofMillis(random.nextInt(3) * 20L))
              .sendTimeout(Duration.ofMillis(200))
              .requestTimeout(Duration.ofMillis(200))
              .build();
      Messaging messaging = Messaging.create();
      Pair pair = pair(messaging, random.nextInt(KINDS), options);
      if (random.nextBoolean()) {
        pair.one.connect(pair.other.bind(ANY));
      } else {
        pair.other.connect(pair.one.bind(ANY));
      }
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < LOADERS; i++) {
        threads.add(new Thread(() -> load(pair.use)));
      }
      threads.forEach(Thread::start);
      // Waits for nothing: the random moment of the end is what is tested.
      TimeUnit.MICROSECONDS.sleep(random.nextInt(8_000));
      List<Runnable> ends = ends(messaging, pair);
      long start = System.nanoTime();
      List<Thread> enders = new ArrayList<>();
      for (Runnable end : ends) {
        Thread thread = new Thread(() -> guarded(end));
        enders.add(thread);
        thread.start();
        if (random.nextBoolean()) {
          thread.join();
        }
      }
      for (Thread thread : enders) {
        thread.join();
      }
      guarded(messaging::close);
      assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start))
          .isLessThan(ALL_ENDS_MILLIS);
      over.set(true);
      for (Thread thread : threads) {
        thread.join(Node.LIMIT.toMillis());
        assertThat(thread.isAlive()).isFalse();
      }
      assertThat(problem.get()).isNull();
    }

    /** Some ends of either role, or of all at once, in any order. */
    private List<Runnable> ends(Messaging messaging, Pair pair) {
      List<Runnable> ends = new ArrayList<>();
      for (Role role : List.of(pair.one, pair.other)) {
        Duration patience = Duration.ofMillis(random.nextInt(50));
        if (random.nextBoolean()) {
          ends.add(() -> drain(role, patience));
        }
        if (random.nextBoolean()) {
          ends.add(role::close);
        }
      }
      if (random.nextInt(4) == 0) {
        ends.add(messaging::close);
      }
      Collections.shuffle(ends, random);
      return ends;
    }

    private void drain(Role role, Duration patience) {
      try {
        role.drain(patience);
      } catch (InterruptedException e) {
        problem.compareAndSet(null, e);
      }
    }

    private void guarded(Runnable end) {
      try {
        end.run();
      } catch (RuntimeException | AssertionError e) {
        problem.compareAndSet(null, e);
      }
    }

    /**
     * A closed role says so; anything else that it throws is a problem, but for no room in time.
     */
    private void load(Use use) {
      while (!over.get()) {
        try {
          use.once();
        } catch (ClosedException e) {
          return;
        } catch (NotDeliveredException | TimedOutException e) {
          Thread.onSpinWait();
        } catch (InterruptedException | RuntimeException | AssertionError e) {
          problem.compareAndSet(null, e);
          return;
        }
      }
    }
  }

  @Test
  void endsAtRandomMomentsUnderLoadNeverHangNeverThrowAndLeaveNothing()
      throws InterruptedException, IOException {
    long seed = Long.getLong("trefoil.seed", System.nanoTime());
    try {
      rounds(seed, 20);
      long descriptors = LifeTest.descriptors();
      rounds(seed + 20, ROUNDS - 20);
      eventually(() -> threads().isEmpty());
      eventually(() -> LifeTest.descriptors() <= descriptors + 2);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("with -Dtrefoil.seed=" + seed, e);
    }
  }

  private static void rounds(long seed, int count) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      new Round(seed + i).run();
    }
  }

  /** {@return the threads that end with a Messaging} */
  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.matches("trefoil-.*-(zmq-.*|timer)"))
        .collect(Collectors.toSet());
  }
}
