package dev.trefoil.zmq;

import static dev.trefoil.zmq.Node.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Codec;
import dev.trefoil.Delivery;
import dev.trefoil.Messaging;
import dev.trefoil.Options;
import dev.trefoil.Overflow;
import dev.trefoil.Publisher;
import dev.trefoil.Puller;
import dev.trefoil.Pusher;
import dev.trefoil.Replier;
import dev.trefoil.Request;
import dev.trefoil.Requester;
import dev.trefoil.Subscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Eight threads on each side of one role of each kind: a million messages, each comes once. */
@Timeout(120)
class ThreadsTest {
  private static final int THREADS = 8;
  private static final int EACH = 125_000;
  private static final int COUNT = THREADS * EACH;
  private static final String ANY = "zmq://127.0.0.1:0";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** Counts how often each message came, and those that are none. */
  private static final class Ledger {
    private final AtomicIntegerArray seen = new AtomicIntegerArray(COUNT);
    private final AtomicInteger malformed = new AtomicInteger();
    private final AtomicInteger total = new AtomicInteger();

    /** A number, and bytes that follow from it. */
    static byte[] entry(int number) {
      return ByteBuffer.allocate(16).putInt(number).putInt(~number).putLong(number * 31L).array();
    }

    void take(byte[] entry) {
      int number = entry.length == 16 ? ByteBuffer.wrap(entry).getInt() : -1;
      if (number < 0 || number >= COUNT || !Arrays.equals(entry, entry(number))) {
        malformed.incrementAndGet();
      } else {
        seen.incrementAndGet(number);
      }
      total.incrementAndGet();
    }

    boolean complete() {
      return total.get() >= COUNT;
    }

    void assertEachOnce() {
      assertThat(malformed.get()).isZero();
      assertThat(total.get()).isEqualTo(COUNT);
      for (int i = 0; i < COUNT; i++) {
        if (seen.get(i) != 1) {
          throw new AssertionError("message " + i + " came " + seen.get(i) + " times");
        }
      }
    }
  }

  /** What each of the threads does. */
  private interface Part {
    void run(int thread) throws InterruptedException;
  }

  private static final class Crew {
    private final AtomicReference<Throwable> problem = new AtomicReference<>();
    private final List<Thread> threads = new ArrayList<>();

    Crew(Part part) {
      for (int t = 0; t < THREADS; t++) {
        int number = t;
        threads.add(
            new Thread(
                () -> {
                  try {
                    part.run(number);
                  } catch (InterruptedException | RuntimeException | AssertionError e) {
                    problem.compareAndSet(null, e);
                  }
                }));
      }
      threads.forEach(Thread::start);
    }

    void join() throws InterruptedException {
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(problem.get()).isNull();
    }
  }

  @Test
  void pushersAndPullersInEightThreads() throws InterruptedException {
    Ledger ledger = new Ledger();
    try (Messaging messaging = Messaging.create();
        Pusher<byte[]> pusher = messaging.pusher(Codec.bytes());
        Puller<byte[]> puller = messaging.puller(Codec.bytes())) {
      puller.connect(pusher.bind(ANY));
      Crew receivers =
          new Crew(
              thread -> {
                while (!ledger.complete()) {
                  Delivery<byte[]> got = puller.receive(Duration.ofMillis(100));
                  if (got != null) {
                    ledger.take(got.value());
                  }
                }
              });
      new Crew(
              thread -> {
                for (int i = 0; i < EACH; i++) {
                  pusher.push(Ledger.entry(thread * EACH + i));
                }
              })
          .join();
      receivers.join();
      ledger.assertEachOnce();
    }
  }

  @Test
  void publishersAndSubscribersInEightThreads() throws InterruptedException {
    Ledger ledger = new Ledger();
    Options patient = Options.builder().overflow(Overflow.BLOCK).sendTimeout(LIMIT).build();
    try (Messaging messaging = Messaging.create();
        Publisher<byte[]> publisher = messaging.publisher(Codec.bytes(), patient);
        Subscriber<byte[]> subscriber = messaging.subscriber(Codec.bytes())) {
      subscriber.subscribe("t");
      subscriber.connect(publisher.bind(ANY));
      assertThat(publisher.awaitSubscribers("t", 1, LIMIT)).isTrue();
      Crew receivers =
          new Crew(
              thread -> {
                while (!ledger.complete()) {
                  Delivery<byte[]> got = subscriber.receive(Duration.ofMillis(100));
                  if (got != null) {
                    ledger.take(got.value());
                  }
                }
              });
      new Crew(
              thread -> {
                for (int i = 0; i < EACH; i++) {
                  assertThat(publisher.publish("topic", Ledger.entry(thread * EACH + i)))
                      .isEqualTo(1);
                }
              })
          .join();
      receivers.join();
      ledger.assertEachOnce();
    }
  }

  @Test
  void requestersAndRepliersInEightThreads() throws InterruptedException {
    Ledger asked = new Ledger();
    Ledger answered = new Ledger();
    AtomicInteger failed = new AtomicInteger();
    Options patient = Options.builder().requestTimeout(LIMIT).build();
    try (Messaging messaging = Messaging.create();
        Requester<byte[], byte[]> requester =
            messaging.requester(Codec.bytes(), Codec.bytes(), patient);
        Replier<byte[], byte[]> replier = messaging.replier(Codec.bytes(), Codec.bytes())) {
      requester.connect(replier.bind(ANY));
      Crew repliers =
          new Crew(
              thread -> {
                while (!asked.complete()) {
                  Request<byte[], byte[]> got = replier.receive(Duration.ofMillis(100));
                  if (got != null) {
                    asked.take(got.value());
                    got.reply(got.value());
                  }
                }
              });
      new Crew(
              thread -> {
                Semaphore outstanding = new Semaphore(200);
                for (int i = 0; i < EACH; i++) {
                  outstanding.acquire();
                  CompletableFuture<byte[]> reply =
                      requester.requestAsync(Ledger.entry(thread * EACH + i));
                  assertThat(
                          reply.whenComplete(
                              (body, problem) -> {
                                outstanding.release();
                                if (problem == null) {
                                  answered.take(body);
                                } else {
                                  failed.incrementAndGet();
                                }
                              }))
                      .isNotNull();
                }
              })
          .join();
      repliers.join();
      eventually(answered::complete);
      assertThat(failed.get()).isZero();
      asked.assertEachOnce();
      answered.assertEachOnce();
    }
  }
}
