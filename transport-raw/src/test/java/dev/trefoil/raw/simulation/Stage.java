package dev.trefoil.raw.simulation;

import dev.trefoil.Messaging;
import dev.trefoil.Options;
import dev.trefoil.TcpOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the plays of one simulation share. */
final class Stage {
  final World world;
  final SimulatedNetwork network;
  final Book book;
  final Messaging messaging;
  final List<Member<?>> members = new ArrayList<>();

  /** No trouble in this one: then nothing may be lost at all. */
  final boolean calm;

  Stage(long seed, Fault fault) {
    world = new World(seed);
    book = new Book(world);
    network = new SimulatedNetwork(world);
    calm = world.onceIn(8);
    messaging =
        Messaging.builder()
            .name("simulation")
            .timekeeper(world)
            .handlerExecutor(world)
            .transport(new SimulatedTransport(network, book, fault))
            .build();
  }

  /** {@return options that make trouble likely: short queues, short times} */
  Options.Builder options(String name) {
    return Options.builder()
        .name(name)
        .heartbeatInterval(Duration.ofSeconds(1))
        .heartbeatMisses(2)
        .tcp(TcpOptions.builder().handshakeTimeout(Duration.ofSeconds(2)).build())
        .reconnectMin(Duration.ofMillis(20))
        .reconnectMax(Duration.ofMillis(500))
        .linger(Duration.ofMillis(world.between(0, 300)))
        .sendTimeout(Duration.ZERO)
        .sendQueueMessages(2 << world.between(0, 5))
        .receiveQueueMessages(2 << world.between(0, 5));
  }

  /** {@return text of a random length that starts with a word} */
  String padded(String word) {
    int length = (int) world.between(0, world.onceIn(30) ? 9_000 : 100);
    return word + ":" + "x".repeat(length);
  }

  /** Does something so many times, at random times of a span. */
  void often(int times, long span, Runnable action) {
    for (int i = 0; i < times; i++) {
      world.schedule(world.random().nextLong(span), action);
    }
  }

  /**
   * {@return a scheme: plain SP in some calm times only, since without heartbeats nobody notices a
   * cut cable}
   */
  String scheme() {
    return calm && world.onceIn(2) ? "sp" : "raw";
  }

  /** {@return one of them} */
  <T> T any(List<T> all) {
    return all.get((int) world.random().nextLong(all.size()));
  }
}
