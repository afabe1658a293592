package dev.trefoil.samples.shared;

import java.util.concurrent.atomic.LongAdder;

/** Counts what a command did, for the live line and the summary. Any thread may count. */
public final class Tally {
  private final LongAdder messages = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final long startNanos = System.nanoTime();

  /** Counts one message. */
  public void add(int size) {
    messages.increment();
    bytes.add(size);
  }

  public long messages() {
    return messages.sum();
  }

  public long bytes() {
    return bytes.sum();
  }

  double seconds() {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  /** Such as {@code 1,000 messages, 64,000 bytes in 0.51 s}. */
  @Override
  public String toString() {
    long count = messages();
    return Text.format(
        "%,d %s, %,d bytes in %.2f s",
        count, count == 1 ? "message" : "messages", bytes(), seconds());
  }
}
