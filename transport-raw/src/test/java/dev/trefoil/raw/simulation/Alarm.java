package dev.trefoil.raw.simulation;

import dev.trefoil.spi.Timekeeper.Timeout;

/** Rings once, at the earliest of the times that were asked for. */
final class Alarm {
  private final World world;
  private final Runnable task;
  private long at = Long.MAX_VALUE;
  private Timeout timeout;

  Alarm(World world, Runnable task) {
    this.world = world;
    this.task = task;
  }

  /** Rings no later than this; Long.MAX_VALUE is never. */
  void set(long time) {
    if (time == Long.MAX_VALUE || (at != Long.MAX_VALUE && at - time <= 0)) {
      return;
    }
    stop();
    at = time;
    timeout = world.schedule(time - world.nanoTime(), this::ring);
  }

  private void ring() {
    at = Long.MAX_VALUE;
    task.run();
  }

  void stop() {
    if (timeout != null) {
      timeout.cancel();
    }
    at = Long.MAX_VALUE;
  }
}
