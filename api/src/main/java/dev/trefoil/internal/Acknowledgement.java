package dev.trefoil.internal;

import dev.trefoil.MessageId;
import dev.trefoil.spi.Failure;
import dev.trefoil.spi.PullPort;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** What a message pushed at-least-once is still owed: one acknowledgement or one refusal. */
public final class Acknowledgement {
  private static final VarHandle SETTLED;

  static {
    try {
      SETTLED =
          MethodHandles.lookup().findVarHandle(Acknowledgement.class, "settled", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final PullPort.Source source;
  private final long sequence;
  private final long number;
  private final int attempt;

  @SuppressWarnings("unused") // by SETTLED
  private volatile boolean settled;

  public Acknowledgement(PullPort.Source source, long sequence, long number, int attempt) {
    this.source = source;
    this.sequence = sequence;
    this.number = number;
    this.attempt = attempt;
  }

  public void acknowledge() {
    if (SETTLED.compareAndSet(this, false, true)) {
      source.acknowledge(sequence);
    }
  }

  public void refuse(Failure failure, String message) {
    if (SETTLED.compareAndSet(this, false, true)) {
      source.refuse(sequence, failure, message);
    }
  }

  public MessageId id() {
    return new MessageId(source.senderId(), number);
  }

  public int attempt() {
    return attempt;
  }
}
