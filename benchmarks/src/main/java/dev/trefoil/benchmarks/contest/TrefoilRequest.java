package dev.trefoil.benchmarks.contest;

import dev.trefoil.Codec;
import dev.trefoil.Messaging;
import dev.trefoil.Options;
import dev.trefoil.Replier;
import dev.trefoil.Requester;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A Trefoil requester and a replier with a handler that echoes, over any scheme; beside them as
 * many requesters as are asked for that do nothing but stay connected. With {@code outstanding=0}
 * nobody asks anything.
 */
final class TrefoilRequest implements Contestant {
  /** Connections are opened so many at a time, within what a listener takes in handshake. */
  private static final int AT_ONCE = 100;

  private static final long REPLY_SECONDS = 10;
  private static final Duration LOOK = Duration.ofMillis(100);

  @Override
  public Side server(Work work) {
    Messaging messaging = TrefoilSetup.messaging(work);
    Options options = TrefoilSetup.options(work);
    Replier<byte[], byte[]> replier =
        messaging.replier(Codec.bytes(), Codec.bytes(), request -> request, options);
    String address = replier.bind(TrefoilSetup.listenAddress(work)).toString();
    return new Echo(messaging, address);
  }

  @Override
  public Side client(Work work, String address) throws Exception {
    Messaging messaging = TrefoilSetup.messaging(work);
    openIdle(messaging, work.number("idle", 0), address);
    boolean asks = work.number("outstanding", 1) > 0;
    Requester<byte[], byte[]> requester = !asks ? null : open(messaging, work, address);
    if (requester != null) {
      TrefoilSetup.awaitPeer(requester);
    }
    return new Asker(messaging, requester, work);
  }

  private static Requester<byte[], byte[]> open(Messaging messaging, Work work, String address) {
    Requester<byte[], byte[]> requester =
        messaging.requester(Codec.bytes(), Codec.bytes(), TrefoilSetup.options(work));
    requester.connect(address);
    return requester;
  }

  private static void openIdle(Messaging messaging, int count, String address) throws Exception {
    List<Requester<byte[], byte[]>> batch = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Requester<byte[], byte[]> requester = messaging.requester(Codec.bytes(), Codec.bytes());
      requester.connect(address);
      batch.add(requester);
      if (batch.size() == AT_ONCE || i == count - 1) {
        for (Requester<byte[], byte[]> connecting : batch) {
          TrefoilSetup.awaitPeer(connecting);
        }
        batch.clear();
      }
    }
  }

  private record Echo(Messaging messaging, String address) implements Side {
    @Override
    public void run(Gauge gauge) throws InterruptedException {
      gauge.awaitStop();
    }

    @Override
    public void close() {
      messaging.close();
    }
  }

  private record Asker(
      Messaging messaging, @Nullable Requester<byte[], byte[]> requester, Work work)
      implements Side {
    @Override
    public void run(Gauge gauge) throws Exception {
      byte[] payload = Payloads.make(work);
      int outstanding = work.number("outstanding", 1);
      if (requester == null) {
        gauge.awaitStop();
      } else if (outstanding == 1) {
        askOneByOne(requester, payload, gauge);
      } else {
        askAhead(requester, payload, outstanding, gauge);
      }
    }

    private static void askOneByOne(Requester<byte[], byte[]> asker, byte[] payload, Gauge gauge)
        throws Exception {
      Gauge.Tally replies = gauge.newTally();
      for (long i = 0; i < Gauge.MOST_MESSAGES && !gauge.isStopped(); i++) {
        long start = System.nanoTime();
        byte[] reply = asker.request(payload);
        gauge.latency(System.nanoTime() - start);
        Payloads.check(reply, payload.length);
        replies.add(1);
      }
    }

    /** Each reply that comes asks once more, until the trial is over. */
    private static void askAhead(
        Requester<byte[], byte[]> asker, byte[] payload, int outstanding, Gauge gauge)
        throws Exception {
      Chain chain = new Chain(asker, payload, gauge, outstanding);
      for (int i = 0; i < outstanding; i++) {
        chain.ask();
      }
      chain.awaitEnd();
    }

    @Override
    public void close() {
      messaging.close();
    }
  }

  /** Requests that follow each other in the callbacks of their futures. */
  private static final class Chain implements BiConsumer<byte[], @Nullable Throwable> {
    private final Requester<byte[], byte[]> asker;
    private final byte[] payload;
    private final Gauge gauge;
    private final AtomicInteger links;
    private final ThreadLocal<Gauge.Tally> replies;
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    Chain(Requester<byte[], byte[]> asker, byte[] payload, Gauge gauge, int links) {
      this.asker = asker;
      this.payload = payload;
      this.gauge = gauge;
      this.links = new AtomicInteger(links);
      this.replies = ThreadLocal.withInitial(gauge::newTally);
    }

    void ask() {
      CompletableFuture<byte[]> unused = asker.requestAsync(payload).whenComplete(this);
    }

    @Override
    public void accept(byte[] reply, @Nullable Throwable error) {
      try {
        if (error != null) {
          throw new IllegalStateException("a request failed", error);
        }
        Payloads.check(reply, payload.length);
        replies.get().add(1);
        if (!gauge.isStopped()) {
          ask();
        } else if (links.decrementAndGet() == 0) {
          end.complete(null);
        }
      } catch (RuntimeException | IOException e) {
        end.completeExceptionally(e);
      }
    }

    /** Waits until all chains have ended, or one has failed. */
    void awaitEnd() throws Exception {
      while (!end.isDone() && !gauge.awaitStop(LOOK)) {
        // until the trial is over, or a request has failed
      }
      end.get(REPLY_SECONDS, TimeUnit.SECONDS);
    }
  }
}
