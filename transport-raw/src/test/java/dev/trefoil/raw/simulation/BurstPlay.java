package dev.trefoil.raw.simulation;

import dev.trefoil.Codec;
import dev.trefoil.Delivery;
import dev.trefoil.Options;
import dev.trefoil.Puller;
import dev.trefoil.Pusher;
import dev.trefoil.SendResult;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A pusher that wants no acknowledgements, and its pullers, over v0 or v1. */
final class BurstPlay {
  private final Stage stage;
  private final World world;
  private final Member<Pusher<Long>> pusher;
  private final List<Member<Puller<Long>>> pullers = new ArrayList<>();
  private final Set<Long> sent = new HashSet<>();
  private final Set<Long> got = new HashSet<>();
  private final Map<Long, Long> lastOfPeer = new HashMap<>();
  private long numbers;

  BurstPlay(Stage stage, long span) {
    this.stage = stage;
    this.world = stage.world;
    List<String> place = List.of(stage.scheme() + "://b1:7001");
    Options options = stage.options("burst-pusher").build();
    pusher =
        new Member<>(
            stage,
            "burst-pusher",
            () -> stage.messaging.pusher(NumberCodec.INSTANCE, options),
            place,
            List.of());
    for (int i = 0; i < 2; i++) {
      String name = "burst-puller-" + i;
      pullers.add(
          new Member<>(
              stage,
              name,
              () ->
                  stage.messaging.puller(
                      NumberCodec.INSTANCE, this::take, stage.options(name).build()),
              List.of(),
              place));
    }
    stage.often(10, span, this::burst);
  }

  private void burst() {
    for (long left = world.between(1, 30); left > 0 && pusher.isUp(); left--) {
      long number = ++numbers;
      if (pusher.role().tryPush(number) == SendResult.SENT) {
        sent.add(number);
      }
    }
    world.note("burst", numbers, sent.size());
  }

  private void take(Delivery<Long> delivery) {
    long number = delivery.value();
    world.note("took", number, 0);
    if (!sent.contains(number) || !got.add(number)) {
      throw world.broken("message " + number + " came twice, or was never sent");
    }
    Long before = lastOfPeer.put(delivery.peer().id(), number);
    if (before != null && before >= number) {
      throw world.broken("message " + number + " came after " + before);
    }
  }

  boolean isDone() {
    return !stage.calm || got.size() == sent.size();
  }

  /** What holds once everything has come to rest: nothing is lost where nothing broke. */
  void checkAtRest() {
    if (!isDone()) {
      throw world.broken("of " + sent.size() + " sent messages " + got.size() + " came");
    }
  }

  /** Eight bytes. */
  private enum NumberCodec implements Codec<Long> {
    INSTANCE;

    @Override
    public byte[] encode(Long value) {
      return ByteBuffer.allocate(8).putLong(value).array();
    }

    @Override
    public Long decode(byte[] bytes) {
      return ByteBuffer.wrap(bytes).getLong();
    }
  }
}
