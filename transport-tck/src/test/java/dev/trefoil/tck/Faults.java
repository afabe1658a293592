package dev.trefoil.tck;

import dev.trefoil.Endpoint;
import dev.trefoil.spi.Capability;
import dev.trefoil.spi.PublishPort;
import dev.trefoil.spi.PullPort;
import dev.trefoil.spi.PushPort;
import dev.trefoil.spi.ReplyPort;
import dev.trefoil.spi.RequestPort;
import dev.trefoil.spi.SubscribePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/** Transports that are broken on purpose, each in one way. */
final class Faults {
  /** What a fault that outlives its test still holds; the test of the faults lets go of it. */
  static final ConcurrentLinkedQueue<Thread> LEAKED_THREADS = new ConcurrentLinkedQueue<>();

  static final ConcurrentLinkedQueue<ServerSocketChannel> LEAKED_SOCKETS =
      new ConcurrentLinkedQueue<>();
  static final ConcurrentLinkedQueue<ByteBuffer> LEAKED_BUFFERS = new ConcurrentLinkedQueue<>();

  private Faults() {}

  static final class DropsEveryHundredth extends FaultyTransport {
    @Override
    PullPort.Listener pull(PullPort.Listener listener) {
      AtomicInteger count = new AtomicInteger();
      return Broken.call(
          PullPort.Listener.class,
          listener,
          "message",
          (given, original) -> count.incrementAndGet() % 100 == 0 ? true : original.with(given));
    }
  }

  static final class Duplicates extends FaultyTransport {
    @Override
    PullPort.Listener pull(PullPort.Listener listener) {
      AtomicInteger count = new AtomicInteger();
      return Broken.call(
          PullPort.Listener.class,
          listener,
          "message",
          (given, original) -> {
            if (count.incrementAndGet() % 50 == 0) {
              original.with(given);
            }
            return original.with(given);
          });
    }
  }

  /** Hands each seventh published message over after the one that follows it. */
  static final class Reorders extends FaultyTransport {
    @Override
    SubscribePort.Listener subscribe(SubscribePort.Listener listener) {
      AtomicReference<Object[]> held = new AtomicReference<>();
      AtomicInteger count = new AtomicInteger();
      return Broken.call(
          SubscribePort.Listener.class,
          listener,
          "message",
          (given, original) -> {
            if (count.incrementAndGet() % 7 == 0) {
              held.set(given);
              return true;
            }
            Object more = original.with(given);
            Object[] late = held.getAndSet(null);
            return late == null ? more : original.with(late);
          });
    }
  }

  /** Gives each caller the reply that was meant for the one before. */
  static final class AnswersTheWrongCaller extends FaultyTransport {
    @Override
    ReplyPort.Listener reply(ReplyPort.Listener listener) {
      AtomicReference<Object> before = new AtomicReference<>();
      return Broken.call(
          ReplyPort.Listener.class,
          listener,
          "request",
          (given, original) ->
              original.with(
                  Broken.call(
                      ReplyPort.Incoming.class,
                      (ReplyPort.Incoming) given[0],
                      "reply",
                      (reply, send) -> {
                        Object other = before.getAndSet(reply[0]);
                        return send.with(other == null ? reply[0] : other);
                      })));
    }
  }

  static final class BlocksInClose extends FaultyTransport {
    @Override
    PushPort push(PushPort port) {
      return Broken.call(
          PushPort.class,
          port,
          "close",
          (given, original) -> {
            boolean interrupted = new CountDownLatch(1).await(8, TimeUnit.SECONDS);
            return interrupted ? 0 : original.with(given);
          });
    }
  }

  static final class LeaksAThread extends FaultyTransport {
    @Override
    PullPort pull(PullPort port) {
      Thread thread = new Thread(Faults::waitForEver, "pigeon-io-1");
      thread.setDaemon(true);
      LEAKED_THREADS.add(thread);
      thread.start();
      return port;
    }
  }

  private static void waitForEver() {
    while (!Thread.interrupted()) {
      LockSupport.park();
    }
  }

  static final class LeaksASocket extends FaultyTransport {
    @Override
    PullPort pull(PullPort port) {
      try {
        LEAKED_SOCKETS.add(ServerSocketChannel.open());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return port;
    }
  }

  static final class LeaksBuffers extends FaultyTransport {
    @Override
    PullPort pull(PullPort port) {
      LEAKED_BUFFERS.add(ByteBuffer.allocateDirect(16 * 1024 * 1024));
      return port;
    }
  }

  static final class HidesTheLossOfAPeer extends FaultyTransport {
    @Override
    RequestPort.Listener request(RequestPort.Listener listener) {
      return Broken.call(
          RequestPort.Listener.class, listener, "targetDown", (given, original) -> null);
    }
  }

  static final class HidesTheDeadline extends FaultyTransport {
    @Override
    ReplyPort.Listener reply(ReplyPort.Listener listener) {
      return Broken.call(
          ReplyPort.Listener.class,
          listener,
          "request",
          (given, original) ->
              original.with(
                  Broken.call(
                      ReplyPort.Incoming.class,
                      (ReplyPort.Incoming) given[0],
                      "deadlineNanos",
                      (nothing, tell) -> Long.MAX_VALUE)));
    }
  }

  /**
   * Delivers the last message again after its port was closed: many times, since one alone may come
   * before the kit begins to listen for it, or after it has ceased to.
   */
  static final class DeliversAfterClose extends FaultyTransport {
    private static final int TIMES = 100;

    private final AtomicReference<Runnable> last = new AtomicReference<>(() -> {});

    @Override
    PullPort.Listener pull(PullPort.Listener listener) {
      return Broken.call(
          PullPort.Listener.class,
          listener,
          "message",
          (given, original) -> {
            last.set(() -> again(original, given));
            return original.with(given);
          });
    }

    private static void again(Broken.Call original, Object[] given) {
      try {
        original.with(given);
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    PullPort pull(PullPort port) {
      return Broken.call(
          PullPort.class,
          port,
          "close",
          (given, original) -> {
            Object left = original.with(given);
            CountDownLatch begun = new CountDownLatch(1);
            new Thread(() -> deliver(begun), "pigeon-late").start();
            begun.await();
            return left;
          });
    }

    private void deliver(CountDownLatch begun) {
      for (int i = 0; i < TIMES; i++) {
        last.get().run();
        begun.countDown();
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
      }
    }
  }

  /** After the first connection was lost, takes back what was subscribed. */
  static final class ForgetsSubscriptions extends FaultyTransport {
    private final List<byte[]> topics = new ArrayList<>();
    private final AtomicReference<SubscribePort> port = new AtomicReference<>();

    @Override
    SubscribePort subscribe(SubscribePort working) {
      port.set(working);
      return Broken.call(
          SubscribePort.class,
          working,
          "subscribe",
          (given, original) -> {
            topics.add((byte[]) given[0]);
            return original.with(given);
          });
    }

    @Override
    SubscribePort.Listener subscribe(SubscribePort.Listener listener) {
      return Broken.call(
          SubscribePort.Listener.class,
          listener,
          "peerDown",
          (given, original) -> {
            topics.forEach(topic -> port.get().unsubscribe(topic));
            return original.with(given);
          });
    }
  }

  static final class AcknowledgesTooEarly extends FaultyTransport {
    @Override
    PullPort.Listener pull(PullPort.Listener listener) {
      return Broken.call(
          PullPort.Listener.class,
          listener,
          "message",
          (given, original) -> {
            if (given.length > 2) {
              ((PullPort.Source) given[0]).acknowledge((Long) given[1]);
            }
            return original.with(given);
          });
    }
  }

  static final class IgnoresPause extends FaultyTransport {
    @Override
    PullPort.Listener pull(PullPort.Listener listener) {
      return Broken.call(
          PullPort.Listener.class,
          listener,
          "message",
          (given, original) -> {
            original.with(given);
            return true;
          });
    }
  }

  static final class NeverSaysReady extends FaultyTransport {
    @Override
    PushPort.Listener push(PushPort.Listener listener) {
      return Broken.call(
          PushPort.Listener.class, listener, "targetReady", (given, original) -> null);
    }
  }

  /** Declares gap reports, and never reports one. */
  static final class ClaimsGapReports extends FaultyTransport {
    @Override
    SubscribePort.Listener subscribe(SubscribePort.Listener listener) {
      return Broken.call(
          SubscribePort.Listener.class,
          listener,
          "message",
          (given, original) -> original.with(given[0], given[1], given[2], 0L));
    }
  }

  static final class DeclaresTooMuch extends FaultyTransport {
    @Override
    public Set<Capability> capabilities(String scheme) {
      return EnumSet.allOf(Capability.class);
    }
  }

  /** Says that a bind succeeded where it did not. */
  static final class SwallowsBindErrors extends FaultyTransport {
    @Override
    ReplyPort reply(ReplyPort port) {
      return Broken.call(
          ReplyPort.class,
          port,
          "bind",
          (given, original) -> {
            try {
              return original.with(given);
            } catch (RuntimeException e) {
              return (Endpoint) given[0];
            }
          });
    }
  }

  /** Sends everything to everybody, although it declares to filter. */
  static final class DoesNotFilter extends FaultyTransport {
    @Override
    PublishPort publish(PublishPort port) {
      return Broken.call(
          PublishPort.class,
          port,
          "publish",
          (given, original) -> Math.max(1, (Integer) original.with(given)));
    }
  }

  /** Hoards: hides the credit of pullers, so that none is waited for. */
  static final class IgnoresCredit extends FaultyTransport {
    @Override
    PushPort.Listener push(PushPort.Listener listener) {
      return Broken.call(
          PushPort.Listener.class,
          listener,
          "credit",
          (given, original) -> original.with(given[0], 1_000_000));
    }
  }
}
