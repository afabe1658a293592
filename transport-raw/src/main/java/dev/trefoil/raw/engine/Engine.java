package dev.trefoil.raw.engine;

import dev.trefoil.Options;
import dev.trefoil.TrefoilException;
import dev.trefoil.raw.tls.Security;
import dev.trefoil.raw.wire.AheadBudget;
import dev.trefoil.spi.Timekeeper;
import dev.trefoil.spi.TransportContext;
import java.io.IOException;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * The threads of one transport: loops, the flusher, the resolver's and those for TLS. Any thread
 * may call it.
 */
public final class Engine {
  private static final long JOIN_MILLIS = 500;

  private final Timekeeper timekeeper;
  private final List<Loop> loops = new ArrayList<>();
  private final Flusher flusher;
  private final Resolver resolver;
  private final Workers workers;
  private final Function<Options, Security> securities;
  private final AheadBudget ahead = AheadBudget.ofHeap();
  private final AtomicInteger turn = new AtomicInteger();

  /** Ports whose handlers run on the loops: while there are any, only the loops' threads may. */
  private final AtomicInteger inlinePorts = new AtomicInteger();

  private final AtomicBoolean released = new AtomicBoolean();

  /**
   * Starts the threads.
   *
   * @param context what the {@code Messaging} lends
   * @param securities finds the keys among a role's options
   */
  public Engine(TransportContext context, Function<Options, Security> securities) {
    this(context, securities, Selector::open);
  }

  Engine(
      TransportContext context,
      Function<Options, Security> securities,
      LoopSelector.Source selectors) {
    this.securities = securities;
    BufferPool.use();
    timekeeper = context.timekeeper();
    String name = "trefoil-" + context.label() + "-raw";
    flusher = new Flusher(name + "-flush");
    resolver = new Resolver(name + "-resolve");
    workers = new Workers(name + "-tls", Runtime.getRuntime().availableProcessors());
    try {
      for (int i = 0; i < context.ioThreads(); i++) {
        loops.add(
            new Loop(name + "-io-" + (i + 1), timekeeper, context.idle(), inlinePorts, selectors));
      }
    } catch (IOException e) {
      close();
      throw new TrefoilException("cannot open a selector: " + SocketErrors.words(e), e);
    }
    loops.forEach(Loop::start);
    flusher.start();
  }

  Timekeeper timekeeper() {
    return timekeeper;
  }

  Flusher flusher() {
    return flusher;
  }

  Resolver resolver() {
    return resolver;
  }

  Workers workers() {
    return workers;
  }

  /** {@return what its connections may allocate for messages that have not come yet} */
  public AheadBudget ahead() {
    return ahead;
  }

  Security security(Options options) {
    return securities.apply(options);
  }

  /** A port of a role with inline handlers is there: nobody else's thread may run them. */
  void inlinePortOpened() {
    inlinePorts.incrementAndGet();
    loops.forEach(loop -> loop.helm().wake());
  }

  void inlinePortClosed() {
    inlinePorts.decrementAndGet();
  }

  Loop nextLoop() {
    return loops.get(Math.floorMod(turn.getAndIncrement(), loops.size()));
  }

  List<Loop> loops() {
    return loops;
  }

  /** Ends the threads; idempotent, and returns within about a second. */
  public void close() {
    resolver.close();
    workers.close();
    flusher.stop();
    loops.forEach(Loop::stop);
    try {
      flusher.join(JOIN_MILLIS);
      for (Loop loop : loops) {
        loop.join(JOIN_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (released.compareAndSet(false, true)) {
      BufferPool.unuse();
    }
  }
}
