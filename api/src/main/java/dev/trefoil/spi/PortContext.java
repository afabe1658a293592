package dev.trefoil.spi;

import dev.trefoil.Options;

/** What a transport is told of the role that a port is opened for. Immutable. */
public final class PortContext {
  private final String label;
  private final Options options;
  private final PortMetrics metrics;
  private final long senderId;

  /**
   * Made by the role.
   *
   * @param label names the role in logs and thread names
   * @param options the role's
   * @param metrics the counters of this port
   * @param senderId a random number that names a pusher
   */
  public PortContext(String label, Options options, PortMetrics metrics, long senderId) {
    this.label = label;
    this.options = options;
    this.metrics = metrics;
    this.senderId = senderId;
  }

  /** {@return what to call the role in logs and thread names} */
  public String label() {
    return label;
  }

  /** {@return the role's options} */
  public Options options() {
    return options;
  }

  /** {@return the counters of this port; the role reads them for its meters} */
  public PortMetrics metrics() {
    return metrics;
  }

  /** {@return a random number that names a pusher to its pullers} */
  public long senderId() {
    return senderId;
  }
}
