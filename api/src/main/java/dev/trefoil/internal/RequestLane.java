package dev.trefoil.internal;

import dev.trefoil.spi.Helm;
import dev.trefoil.spi.RequestPort;
import dev.trefoil.spi.Timekeeper;
import org.jspecify.annotations.Nullable;

/** A target of requests, with the counters and the clock that go with it. */
final class RequestLane {
  private final RequestPort.Target target;
  private final SlotMetrics metrics;
  private final Timekeeper time;
  private volatile @Nullable String lossDetail;

  /** When the replies came that are handed on now, or 0; the I/O thread's. */
  private long arrivedNanos;

  RequestLane(RequestPort.Target target, SlotMetrics metrics, Timekeeper time) {
    this.target = target;
    this.metrics = metrics;
    this.time = time;
  }

  /** {@return what a thread that waits for any reply may do meanwhile, or null} */
  static @Nullable Helm helm(Rotation<RequestLane> rotation) {
    Object[] now = rotation.targets();
    return now.length == 0 ? null : ((RequestLane) now[0]).target.helm();
  }

  RequestPort.Target target() {
    return target;
  }

  /** A reply is expected, and nobody waits for it who would read it himself. */
  void attend() {
    Helm helm = target.helm();
    if (helm != null) {
      helm.attend();
    }
  }

  /** {@return when the reply came that is handed on now: one look at the clock for each batch} */
  long arrivedNanos() {
    long arrived = arrivedNanos;
    if (arrived == 0) {
      arrived = time.nanoTime();
      arrivedNanos = arrived;
    }
    return arrived;
  }

  /** All replies that came together have been handed on. */
  void batchEnd() {
    arrivedNanos = 0;
  }

  SlotMetrics metrics() {
    return metrics;
  }

  Timekeeper time() {
    return time;
  }

  /** Notes that the target is gone, before anybody looks for the requests that it had. */
  void lost(String detail) {
    lossDetail = detail;
  }

  /** {@return what was seen of its loss, or null while it is there} */
  @Nullable String lossDetail() {
    return lossDetail;
  }
}
