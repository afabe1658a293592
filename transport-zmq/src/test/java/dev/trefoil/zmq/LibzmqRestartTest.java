package dev.trefoil.zmq;

import static dev.trefoil.zmq.Node.eventually;
import static dev.trefoil.zmq.Node.tcp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Codec;
import dev.trefoil.Endpoint;
import dev.trefoil.Messaging;
import dev.trefoil.Options;
import dev.trefoil.Pusher;
import dev.trefoil.Requester;
import dev.trefoil.TrefoilException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers on libzmq are killed and come back, while requests and pushes go on. */
@Timeout(90)
class LibzmqRestartTest {
  private static final int KILLS = 3;
  private static final int SOME = 200;
  private static final Options QUICK =
      Options.builder()
          .reconnectMin(Duration.ofMillis(20))
          .reconnectMax(Duration.ofMillis(200))
          .requestTimeout(Node.LIMIT)
          .idempotent(true)
          .sendTimeout(Node.LIMIT)
          .build();

  /** What a thread does again and again, until told to end. */
  private interface Work {
    void once() throws InterruptedException;
  }

  private static final class Load implements AutoCloseable {
    final AtomicInteger done = new AtomicInteger();
    final AtomicReference<Throwable> problem = new AtomicReference<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final Thread thread;

    Load(Work work) {
      thread =
          new Thread(
              () -> {
                try {
                  while (!over.get()) {
                    work.once();
                    done.incrementAndGet();
                  }
                } catch (InterruptedException | RuntimeException | AssertionError e) {
                  problem.compareAndSet(null, e);
                }
              });
      thread.start();
    }

    void goesOn() {
      int before = done.get();
      eventually(() -> done.get() >= before + SOME || problem.get() != null);
      assertThat(problem.get()).isNull();
    }

    @Override
    public void close() {
      over.set(true);
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Test
  void aRepThatIsKilledAndComesBackAnswersTheRequestsThatWaited() {
    Foreign.Kind.PYTHON.require();
    try (Messaging messaging = Messaging.create();
        Requester<String, String> requester =
            messaging.requester(Codec.utf8(), Codec.utf8(), QUICK)) {
      Foreign peer = Foreign.Kind.PYTHON.peer("rep", "bind", "tcp://127.0.0.1:*", 1_000_000);
      Endpoint at = peer.bound();
      requester.connect(at);
      AtomicInteger number = new AtomicInteger();
      try (Load load =
          new Load(
              () -> {
                String request = "r" + number.incrementAndGet();
                assertThat(requester.request(request)).isEqualTo(request);
              })) {
        load.goesOn();
        for (int i = 0; i < KILLS; i++) {
          peer.kill();
          peer = Foreign.Kind.PYTHON.peer("rep", "bind", tcp(at), 1_000_000);
          peer.bound();
          load.goesOn();
        }
      } finally {
        peer.kill();
      }
    }
  }

  @Test
  void aPullThatIsKilledAndComesBackGetsWhatIsPushed() {
    Foreign.Kind.PYTHON.require();
    try (Messaging messaging = Messaging.create();
        Pusher<String> pusher = messaging.pusher(Codec.utf8(), QUICK)) {
      Foreign peer = Foreign.Kind.PYTHON.peer("sink", "bind", "tcp://127.0.0.1:*", 1_000_000);
      Endpoint at = peer.bound();
      pusher.connect(at);
      try (Load load =
          new Load(
              () -> {
                try {
                  pusher.push("m");
                } catch (TrefoilException e) {
                  throw new AssertionError("a push that waits for a puller must not fail", e);
                }
              })) {
        load.goesOn();
        for (int i = 0; i < KILLS; i++) {
          peer.kill();
          Foreign next = Foreign.Kind.PYTHON.peer("sink", "bind", tcp(at), SOME);
          next.bound();
          next.done();
          peer = Foreign.Kind.PYTHON.peer("sink", "bind", tcp(at), 1_000_000);
          peer.bound();
          load.goesOn();
        }
      } finally {
        peer.kill();
      }
    }
  }
}
