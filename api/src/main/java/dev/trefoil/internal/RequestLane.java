package dev.trefoil.internal;

import dev.trefoil.spi.RequestPort;
import dev.trefoil.spi.Timekeeper;
import org.jspecify.annotations.Nullable;

/** A target of requests, with the counters and the clock that go with it. */
final class RequestLane {
  private final RequestPort.Target target;
  private final SlotMetrics metrics;
  private final Timekeeper time;
  private volatile @Nullable String lossDetail;

  RequestLane(RequestPort.Target target, SlotMetrics metrics, Timekeeper time) {
    this.target = target;
    this.metrics = metrics;
    this.time = time;
  }

  RequestPort.Target target() {
    return target;
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
