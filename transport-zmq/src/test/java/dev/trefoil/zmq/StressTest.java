package dev.trefoil.zmq;

import static dev.trefoil.zmq.Node.ANY;
import static dev.trefoil.zmq.Node.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.Overflow;
import dev.trefoil.Peer;
import dev.trefoil.spi.PublishPort;
import dev.trefoil.spi.PullPort;
import dev.trefoil.spi.PushPort;
import dev.trefoil.spi.RequestPort;
import dev.trefoil.spi.SubscribePort;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Eight threads send on one port: a million messages, of which none is lost or out of order. */
@Timeout(120)
class StressTest {
  private static final int THREADS = 8;
  private static final int EACH = 125_000;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /** Counts, for each sending thread, that its numbers come in order. */
  private static final class Ledger {
    private final AtomicInteger[] next = new AtomicInteger[THREADS];
    private final AtomicInteger wrong = new AtomicInteger();
    private final AtomicInteger total = new AtomicInteger();

    Ledger() {
      for (int i = 0; i < THREADS; i++) {
        next[i] = new AtomicInteger();
      }
    }

    static byte[] entry(int thread, int number) {
      return ByteBuffer.allocate(8).putInt(thread).putInt(number).array();
    }

    boolean take(byte[] entry) {
      ByteBuffer numbers = ByteBuffer.wrap(entry);
      if (entry.length != 8 || next[numbers.getInt()].getAndIncrement() != numbers.getInt()) {
        wrong.incrementAndGet();
      }
      total.incrementAndGet();
      return true;
    }

    void assertAll() {
      eventually(() -> total.get() == THREADS * EACH);
      assertThat(wrong.get()).isZero();
    }
  }

  /** One thread's part. */
  interface Part {
    void send(int thread, int number) throws InterruptedException;
  }

  private static void inThreads(Part part) throws InterruptedException {
    AtomicReference<Throwable> problem = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < THREADS; t++) {
      int thread = t;
      threads.add(
          new Thread(
              () -> {
                try {
                  for (int i = 0; i < EACH; i++) {
                    part.send(thread, i);
                  }
                } catch (InterruptedException | RuntimeException e) {
                  problem.set(e);
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(problem.get()).isNull();
  }

  private static void insist(java.util.function.BooleanSupplier send) {
    while (!send.getAsBoolean()) {
      LockSupport.parkNanos(20_000);
    }
  }

  @Test
  void eightThreadsPush() throws InterruptedException {
    Ledger ledger = new Ledger();
    Heard.Pulled pulled =
        new Heard.Pulled() {
          @Override
          public boolean message(PullPort.Source from, byte[] body) {
            return ledger.take(body);
          }
        };
    try (Node node = new Node()) {
      Heard.Targets heard = new Heard.Targets();
      PushPort port = node.push(heard, Options.defaults());
      node.pull(pulled, Options.defaults()).connect(port.bind(ANY));
      eventually(() -> heard.targets.size() == 1);
      PushPort.Target target = heard.targets.get(0);
      inThreads((thread, i) -> insist(() -> target.send(Ledger.entry(thread, i))));
      ledger.assertAll();
    }
  }

  @Test
  void eightThreadsPublish() throws InterruptedException {
    Ledger ledger = new Ledger();
    Heard.Messages heard =
        new Heard.Messages() {
          @Override
          public boolean message(Peer from, byte[] topic, byte[] body, long missed) {
            return ledger.take(body);
          }
        };
    try (Node node = new Node()) {
      Options patient = Options.builder().overflow(Overflow.BLOCK).build();
      PublishPort port = node.publish(new Heard.Subscriptions(), patient);
      SubscribePort subscriber = node.subscribe(heard, Options.defaults());
      subscriber.subscribe(new byte[0]);
      subscriber.connect(port.bind(ANY));
      eventually(() -> port.subscribers(new byte[0]) == 1);
      inThreads(
          (thread, i) ->
              assertThat(port.publish(new byte[] {1}, Ledger.entry(thread, i), 10 * SECOND))
                  .isEqualTo(1));
      ledger.assertAll();
    }
  }

  @Test
  void eightThreadsRequestAndAreAnswered() throws InterruptedException {
    AtomicInteger answered = new AtomicInteger();
    Heard.Requests heard =
        new Heard.Requests() {
          @Override
          public void reply(RequestPort.Target target, int id, byte[] body) {
            if (ByteBuffer.wrap(body).getInt() * EACH + ByteBuffer.wrap(body).getInt(4) == id) {
              answered.incrementAndGet();
            }
          }
        };
    try (Node node = new Node()) {
      // The replier's queue is the bound here, since a port has nobody who bounds what is asked.
      Options large =
          Options.builder().sendQueueMessages(THREADS * EACH).sendQueueBytes(1L << 30).build();
      Endpoint at = node.reply(new Heard.Replies(), large).bind(ANY);
      node.request(heard, Options.defaults()).connect(at);
      eventually(() -> heard.targets.size() == 1);
      RequestPort.Target target = heard.targets.get(0);
      inThreads(
          (thread, i) ->
              insist(() -> target.send(thread * EACH + i, SECOND, Ledger.entry(thread, i))));
      eventually(() -> answered.get() == THREADS * EACH);
    }
  }
}
