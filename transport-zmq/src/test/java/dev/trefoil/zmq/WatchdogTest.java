package dev.trefoil.zmq;

import static dev.trefoil.zmq.Heard.bytes;
import static dev.trefoil.zmq.Node.ANY;
import static dev.trefoil.zmq.Node.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.spi.Port;
import dev.trefoil.spi.PublishPort;
import dev.trefoil.spi.PullPort;
import dev.trefoil.spi.PushPort;
import dev.trefoil.spi.SubscribePort;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** I/O threads of JeroMQ die or stand still, and the roles go on. */
@Timeout(90)
class WatchdogTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final String LOST = "IO_THREAD_LOST";
  private static final Options QUICK =
      Options.builder()
          .reconnectMin(Duration.ofMillis(10))
          .reconnectMax(Duration.ofMillis(200))
          .build();
  private static final Options QUICK_AT_LEAST_ONCE =
      PushPullTest.AT_LEAST_ONCE.toBuilder()
          .reconnectMin(Duration.ofMillis(10))
          .reconnectMax(Duration.ofMillis(200))
          .build();

  /** What happens to a thread. */
  enum Fate {
    DIES {
      @Override
      void meet(IoLoop loop, CountDownLatch end) {
        loop.execute(
            () -> {
              throw new Poison();
            });
      }
    },
    HANGS {
      @Override
      void meet(IoLoop loop, CountDownLatch end) {
        loop.execute(
            () -> {
              boolean over = false;
              while (!over) {
                try {
                  end.await();
                  over = true;
                } catch (InterruptedException e) {
                  throw new Poison();
                }
              }
            });
      }
    },
    SPINS {
      @Override
      void meet(IoLoop loop, CountDownLatch end) {
        loop.execute(
            () -> {
              while (end.getCount() > 0) {
                Thread.onSpinWait();
              }
            });
      }
    };

    abstract void meet(IoLoop loop, CountDownLatch end);
  }

  /** Goes through the wall that keeps a thread from what its tasks throw. */
  private static final class Poison extends Error {
    private static final long serialVersionUID = 1L;

    Poison() {
      super("the test ends this thread", null, false, false);
    }
  }

  private final CountDownLatch end = new CountDownLatch(1);

  @AfterEach
  void letThreadsGo() {
    end.countDown();
  }

  /** Sends something once more, until something new has come. */
  private static void works(Runnable send, IntSupplier come) {
    int before = come.getAsInt();
    eventually(
        () -> {
          send.run();
          return come.getAsInt() > before;
        });
  }

  /** Each node has one port; what is sent by the one comes to the other. */
  private void survives(
      Fate fate, Node server, Node client, Heard heard, Runnable send, IntSupplier come) {
    works(send, come);
    Port bound = server.ports.get(0);
    // What stands still takes seconds to be noticed: the side that is listened to is enough.
    Node one = heard instanceof Heard.Targets ? server : client;
    for (Node broken : fate == Fate.DIES ? List.of(server, client) : List.of(one)) {
      int before = heard.down.size();
      IoLoop loop = broken.transport.shared().threads().loops().get(0);
      fate.meet(loop, end);
      eventually(() -> heard.down.size() > before);
      eventually(() -> broken.transport.shared().threads().replaced() == 1);
      assertThat(broken.transport.shared().threads().loops()).doesNotContain(loop);
      works(send, come);
    }
    assertThat(heard.down).contains(LOST);
    long start = System.nanoTime();
    // What was lost with a thread is not unsent now, and what is on its way has time to leave. Who
    // waited for a thread that is no more would wait for all of it.
    assertThat(bound.close(Node.LIMIT)).isZero();
    assertThat(System.nanoTime() - start).isLessThan(Node.LIMIT.toNanos() / 3);
    end.countDown();
  }

  @ParameterizedTest
  @EnumSource(names = {"DIES", "SPINS"})
  void requestsAreAnsweredAgain(Fate fate) {
    try (Node server = new Node();
        Node client = new Node()) {
      Endpoint at = server.reply(new Heard.Replies(), QUICK).bind(ANY);
      Heard.Requests heard = new Heard.Requests();
      client.request(heard, QUICK).connect(at);
      AtomicInteger id = new AtomicInteger();
      survives(
          fate,
          server,
          client,
          heard,
          () ->
              heard.targets.forEach(
                  target -> target.send(id.incrementAndGet(), SECOND, bytes("m"))),
          heard.replies::size);
    }
  }

  @ParameterizedTest
  @EnumSource(names = "DIES")
  void messagesAreHeardAgain(Fate fate) {
    try (Node server = new Node();
        Node client = new Node()) {
      PublishPort publisher = server.publish(new Heard.Subscriptions(), QUICK);
      Heard.Messages heard = new Heard.Messages();
      SubscribePort subscriber = client.subscribe(heard, QUICK);
      subscriber.subscribe(bytes("t"));
      subscriber.connect(publisher.bind(ANY));
      survives(fate, server, client, heard, () -> publish(publisher), heard.messages::size);
      eventually(() -> publisher.subscribers(bytes("t")) == 0);
    }
  }

  private static void publish(PublishPort publisher) {
    try {
      publisher.publish(bytes("t"), bytes("m"), 0);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"DIES", "HANGS"})
  void pushesArriveAgain(Fate fate) {
    try (Node server = new Node();
        Node client = new Node()) {
      Heard.Targets targets = new Heard.Targets();
      Heard.Pulled heard = new Heard.Pulled();
      PullPort puller = client.pull(heard, QUICK);
      puller.connect(server.push(targets, QUICK).bind(ANY));
      survives(
          fate,
          server,
          client,
          targets,
          () -> targets.targets.forEach(target -> target.send(bytes("m"))),
          heard.messages::size);
    }
  }

  @ParameterizedTest
  @EnumSource(names = "DIES")
  void pushesAtLeastOnceArriveAgain(Fate fate) {
    try (Node server = new Node();
        Node client = new Node()) {
      Heard.Targets targets = new Heard.Targets();
      Heard.Pulled heard = new Heard.Pulled();
      PullPort puller = client.pull(heard, QUICK_AT_LEAST_ONCE);
      puller.connect(server.push(targets, QUICK_AT_LEAST_ONCE).bind(ANY));
      AtomicInteger sent = new AtomicInteger();
      AtomicInteger peers = new AtomicInteger();
      survives(
          fate,
          server,
          client,
          targets,
          () -> {
            // One at a time: the puller's credit is bounded.
            int changes = targets.up.size() + targets.down.size(); // what was sent may be lost
            if (sent.get() == heard.messages.size() || changes > peers.get()) {
              peers.set(changes);
              sent.set(heard.messages.size());
              for (PushPort.Target target : targets.targets) {
                if (target.send(sent.incrementAndGet(), 1, bytes("m"))) {
                  return;
                }
              }
            }
          },
          heard.messages::size);
    }
  }

  @Test
  void aThreadThatComesBackAfterItWasGivenUpTellsNothingMore() throws InterruptedException {
    try (Node server = new Node();
        Node client = new Node()) {
      CountDownLatch inside = new CountDownLatch(1);
      AtomicBoolean given = new AtomicBoolean();
      AtomicInteger late = new AtomicInteger();
      Heard.Pulled heard =
          new Heard.Pulled() {
            @Override
            public boolean message(PullPort.Source from, byte[] body) {
              if (given.get()) {
                late.incrementAndGet();
              }
              inside.countDown();
              awaitQuietly(end);
              return true;
            }
          };
      Heard.Targets targets = new Heard.Targets();
      client.pull(heard, QUICK).connect(server.push(targets, QUICK).bind(ANY));
      eventually(() -> targets.targets.size() == 1);
      for (int i = 0; i < 100; i++) {
        targets.targets.get(0).send(bytes("m" + i));
      }
      inside.await();
      IoLoop hanging = client.transport.shared().threads().loops().get(0);
      eventually(() -> heard.down.contains(LOST));
      given.set(true);
      end.countDown();
      eventually(() -> !hanging.threadLives());
      assertThat(late.get()).isZero();
      assertThat(heard.down).containsExactly(LOST);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError("nobody may interrupt an I/O thread", e);
    }
  }

  @Test
  void theThreadThatAcceptsIsReplacedToo() {
    try (Node server = new Node();
        Node client = new Node()) {
      Endpoint at = server.reply(new Heard.Replies(), QUICK).bind(ANY);
      server
          .transport
          .shared()
          .doorman()
          .execute(
              () -> {
                throw new Poison();
              });
      Heard.Requests heard = new Heard.Requests();
      client.request(heard, QUICK).connect(at);
      eventually(() -> heard.targets.size() == 1);
      assertThat(server.ports.get(0).unbind(at)).isTrue();
    }
  }

  @Test
  void aSlowListenerIsNotTakenForAThreadThatStandsStill() throws InterruptedException {
    try (Node node = new Node()) {
      AtomicInteger got = new AtomicInteger();
      Heard.Pulled heard =
          new Heard.Pulled() {
            @Override
            public boolean message(PullPort.Source from, byte[] body) {
              got.incrementAndGet();
              awaitSlowly();
              return true;
            }
          };
      Heard.Targets targets = new Heard.Targets();
      node.pull(heard, QUICK).connect(node.push(targets, QUICK).bind(ANY));
      eventually(() -> targets.targets.size() == 1);
      for (int i = 0; i < 30; i++) {
        targets.targets.get(0).send(bytes("m" + i));
      }
      eventually(() -> got.get() == 30);
      assertThat(node.transport.shared().threads().replaced()).isZero();
      assertThat(heard.down).isEmpty();
    }
  }

  private static void awaitSlowly() {
    try {
      assertThat(new CountDownLatch(1).await(220, TimeUnit.MILLISECONDS)).isFalse();
    } catch (InterruptedException e) {
      throw new AssertionError("nobody may interrupt an I/O thread", e);
    }
  }

  @Test
  void nothingIsLeftOfThreadsThatWereReplaced() throws java.io.IOException {
    breakAndClose(2);
    long descriptors = LifeTest.descriptors();
    breakAndClose(10);
    eventually(() -> LifeTest.descriptors() <= descriptors + 2);
    eventually(() -> threads().isEmpty());
  }

  private static void breakAndClose(int times) {
    try (Node server = new Node();
        Node client = new Node()) {
      Heard.Requests heard = new Heard.Requests();
      client.request(heard, QUICK).connect(server.reply(new Heard.Replies(), QUICK).bind(ANY));
      for (int i = 1; i <= times; i++) {
        int so = i;
        eventually(() -> heard.targets.size() == 1);
        IoThreads threads = server.transport.shared().threads();
        Fate.DIES.meet(threads.loops().get(0), new CountDownLatch(0));
        eventually(() -> threads.replaced() == so && heard.down.size() == so);
      }
    }
  }

  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("trefoil-test-zmq"))
        .collect(Collectors.toSet());
  }
}
