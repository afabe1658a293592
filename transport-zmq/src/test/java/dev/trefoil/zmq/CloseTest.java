package dev.trefoil.zmq;

import static dev.trefoil.zmq.Heard.bytes;
import static dev.trefoil.zmq.Node.ANY;
import static dev.trefoil.zmq.Node.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Options;
import dev.trefoil.spi.PullPort;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A port is closed while its I/O thread is in the middle of something. */
@Timeout(90)
class CloseTest {
  private static final int MESSAGES = 100;

  /** Does something within the first message, and counts what it is told once that was over. */
  private static final class Busy extends Heard.Pulled {
    final AtomicReference<Runnable> first = new AtomicReference<>(() -> {});
    final AtomicBoolean closed = new AtomicBoolean();
    final AtomicInteger late = new AtomicInteger();
    final AtomicInteger ends = new AtomicInteger();

    @Override
    public boolean message(PullPort.Source from, byte[] body) {
      if (closed.get()) {
        late.incrementAndGet();
      }
      first.getAndSet(() -> {}).run();
      return true;
    }

    @Override
    public void batchEnd() {
      if (closed.get()) {
        ends.incrementAndGet();
      }
    }
  }

  /** Has many messages read at once by a puller, whose port it gives. */
  private static PullPort underWay(Node server, Node client, Busy busy) {
    Heard.Targets targets = new Heard.Targets();
    PullPort puller = client.pull(busy, Options.defaults());
    puller.connect(server.push(targets, Options.defaults()).bind(ANY));
    eventually(() -> targets.targets.size() == 1);
    for (int i = 0; i < MESSAGES; i++) {
      assertThat(targets.targets.get(0).send(bytes("m" + i))).isTrue();
    }
    return puller;
  }

  /** When the loop runs this, it has done what it was in the middle of. */
  private static void comeRound(Node node) throws InterruptedException {
    CountDownLatch round = new CountDownLatch(1);
    node.transport.shared().threads().loops().get(0).execute(round::countDown);
    round.await();
  }

  @Test
  void aThreadThatWasHeldUpTellsNothingMoreOnceCloseHasReturned() throws InterruptedException {
    try (Node server = new Node();
        Node client = new Node()) {
      CountDownLatch inside = new CountDownLatch(1);
      CountDownLatch goOn = new CountDownLatch(1);
      Busy busy = new Busy();
      busy.first.set(
          () -> {
            inside.countDown();
            awaitQuietly(goOn);
          });
      PullPort puller = underWay(server, client, busy);
      inside.await();
      puller.close(Duration.ZERO);
      busy.closed.set(true);
      goOn.countDown();
      comeRound(client);
      assertThat(busy.late).as("messages after close returned").hasValue(0);
      assertThat(busy.ends).as("ends of batches after close returned").hasValue(0);
    }
  }

  @Test
  void whoClosesWithinAListenerHearsNothingMore() throws InterruptedException {
    try (Node server = new Node();
        Node client = new Node()) {
      CountDownLatch over = new CountDownLatch(1);
      CountDownLatch ready = new CountDownLatch(1);
      AtomicReference<PullPort> port = new AtomicReference<>();
      Busy busy = new Busy();
      busy.first.set(
          () -> {
            awaitQuietly(ready);
            port.get().close(Duration.ofSeconds(5));
            busy.closed.set(true);
            over.countDown();
          });
      port.set(underWay(server, client, busy));
      ready.countDown();
      over.await();
      comeRound(client);
      assertThat(busy.late).as("messages after close returned").hasValue(0);
      assertThat(busy.ends).as("ends of batches after close returned").hasValue(0);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError("nobody may interrupt an I/O thread", e);
    }
  }
}
