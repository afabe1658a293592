package dev.trefoil.internal;

import dev.trefoil.Codec;
import dev.trefoil.CodecException;
import dev.trefoil.DrainReport;
import dev.trefoil.MessageTooLargeException;
import dev.trefoil.Options;
import dev.trefoil.Peer;
import dev.trefoil.RequestHandler;
import dev.trefoil.TimedOutException;
import dev.trefoil.internal.Timings.Outcome;
import dev.trefoil.spi.Capability;
import dev.trefoil.spi.Failure;
import dev.trefoil.spi.Port;
import dev.trefoil.spi.PortMetrics.Drop;
import dev.trefoil.spi.ReplyPort;
import dev.trefoil.spi.Transport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A replier's machinery: requests through the intake to the handler, and what goes wrong there back
 * to whoever asked.
 *
 * @param <Q> the type of requests
 * @param <R> the type of replies
 * @param <X> what {@code receive} hands to the user
 */
public final class ReplyCore<Q, R, X> extends RoleCore {
  /** Makes what {@code receive} hands to the user. */
  public interface Maker<Q, R, X> {
    X make(Q value, ReplyPort.Incoming incoming, Codec<R> codec, Options options, long remaining);
  }

  private static final Logger LOG = LoggerFactory.getLogger(ReplyCore.class);
  private static final int CONCURRENCY = 64;

  /** How many times the bounds of the send queue the replies to one peer may take. */
  private static final int REPLY_ROOM = 8;

  private final Codec<Q> requests;
  private final Codec<R> replies;
  private final @Nullable RequestHandler<Q, R> handler;
  private final Maker<Q, R, X> maker;
  private final Intake<Call> intake;
  private final AtomicInteger inHand = new AtomicInteger();

  public ReplyCore(
      MessagingCore messaging,
      Options options,
      Codec<Q> requests,
      Codec<R> replies,
      @Nullable RequestHandler<Q, R> handler,
      Maker<Q, R, X> maker) {
    super(messaging, RoleKind.REPLIER, options);
    this.requests = requests;
    this.replies = replies;
    this.handler = handler;
    this.maker = maker;
    this.intake = new Intake<>(this, CONCURRENCY, new Desk(), this::resume);
  }

  /** A request, and the counters of the slot that it came by. */
  private record Call(ReplyPort.Incoming incoming, SlotMetrics metrics) {}

  /** A transport's side of it; called by I/O threads. */
  private final class ReplySlot extends Slot implements ReplyPort.Listener {
    private final ReplyPort port;

    ReplySlot(Transport transport) {
      super(ReplyCore.this, transport);
      this.port = transport.openReply(context(0), this);
      metrics.waiting = () -> intake.depthOf(metrics);
    }

    @Override
    Port port() {
      return port;
    }

    @Override
    public boolean request(ReplyPort.Incoming incoming) {
      int bytes = incoming.body().length;
      if (state == State.CLOSED) {
        metrics.port.received(bytes);
        metrics.port.dropped(Drop.CLOSED, 1);
        incoming.fail(Failure.CLOSING, "the replier is closing");
        return true;
      }
      if (incoming.canFail() && intake.isFull()) {
        metrics.port.received(bytes);
        // Refused now, while the one who asks has time to ask another.
        incoming.fail(
            Failure.OVERLOADED,
            "the replier has " + options.receiveQueueMessages() + " requests waiting");
        return true;
      }
      return intake.put(new Call(incoming, metrics), bytes, metrics) || incoming.canFail();
    }

    @Override
    public void batchEnd() {
      intake.batchEnd();
    }
  }

  /**
   * Replies have more room than other messages: one that is dropped costs its caller the deadline,
   * and there are no more of them than requests were let in.
   */
  @Override
  Options portOptions() {
    long messages = Math.min(Integer.MAX_VALUE, (long) REPLY_ROOM * options.sendQueueMessages());
    long bytes = Math.min(Long.MAX_VALUE / REPLY_ROOM, options.sendQueueBytes()) * REPLY_ROOM;
    return options.toBuilder()
        .sendQueueMessages(Math.toIntExact(messages))
        .sendQueueBytes(bytes)
        .build();
  }

  @Override
  Slot newSlot(Transport transport) {
    return new ReplySlot(transport);
  }

  @Override
  List<Capability> required() {
    return List.of();
  }

  private void resume() {
    slots().forEach(slot -> ((ReplyPort) slot.port()).resume());
  }

  /** Runs the handler over one request. */
  private final class Desk implements Intake.Desk<Call> {
    @Override
    public Call decode(Call item) {
      inHand.incrementAndGet();
      return item; // receive() decodes after it has looked at the deadline
    }

    @Override
    public Peer from(Call item) {
      return item.incoming().peer();
    }

    @Override
    public boolean hasHandler() {
      return handler != null;
    }

    @Override
    public Outcome handle(Call call, long nowNanos) {
      if (expired(call, nowNanos)) {
        return Outcome.EXPIRED;
      }
      try {
        R reply = run(Guard.decode(requests, call.incoming().body()));
        byte[] body = Guard.encode(replies, reply, options.maxMessageBytes());
        call.incoming().reply(body);
        call.metrics().port.sent(body.length);
        return Outcome.SUCCESS;
      } catch (CodecException e) {
        refuse(call, Failure.CODEC, text(e), e);
        return Outcome.CODEC;
      } catch (MessageTooLargeException e) {
        refuse(call, Failure.TOO_LARGE, text(e), e);
        return Outcome.ERROR;
      } catch (HandlerFailed e) {
        refuse(call, Failure.HANDLER, text(e.error), e.error);
        return Outcome.ERROR;
      } catch (RuntimeException | Error e) {
        refuse(call, Failure.HANDLER, text(e), e);
        return Outcome.ERROR;
      }
    }
  }

  /** Tells what the handler threw from what the codecs do, whatever type it has. */
  private static final class HandlerFailed extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Throwable error;

    HandlerFailed(Throwable error) {
      super(null, error, false, false);
      this.error = error;
    }
  }

  private R run(Q request) throws HandlerFailed {
    RequestHandler<Q, R> calls = handler;
    if (calls == null) {
      throw new IllegalStateException("this role has no handler");
    }
    try {
      return calls.handle(request);
    } catch (Exception | Error e) {
      throw new HandlerFailed(e);
    }
  }

  private static String text(Throwable e) {
    String message = e.getMessage();
    return Texts.shortened(message == null ? e.getClass().getName() : message);
  }

  private void refuse(Call call, Failure failure, String message, Throwable cause) {
    LOG.warn("{}: a request failed, {}", this, told(call), cause);
    if (!call.incoming().canFail() && failure != Failure.CODEC) { // that is counted as such
      call.metrics().port.dropped(Drop.HANDLER, 1);
    }
    call.incoming().fail(failure, message);
  }

  private static String told(Call call) {
    return call.incoming().canFail() ? "and its sender is told" : "which this wire cannot tell";
  }

  private boolean expired(Call call, long nowNanos) {
    long deadline = call.incoming().deadlineNanos();
    if (deadline == Long.MAX_VALUE || deadline - nowNanos > 0) {
      return false;
    }
    call.metrics().port.dropped(Drop.EXPIRED, 1);
    call.incoming().fail(Failure.EXPIRED, "the deadline had passed before the request's turn came");
    return true;
  }

  public X receive() throws InterruptedException {
    Duration timeout = options.receiveTimeout();
    X request = receive(timeout.isZero() ? Duration.ofNanos(Long.MAX_VALUE / 4) : timeout);
    if (request == null) {
      String text =
          "no request within " + Words.seconds(timeout) + " at " + where() + ": " + situation();
      throw new TimedOutException(text, timeout, 0, peerSeen());
    }
    return request;
  }

  public @Nullable X receive(Duration timeout) throws InterruptedException {
    long deadline = deadline(timeout);
    while (true) {
      long left = Math.max(0, deadline - System.nanoTime());
      Call call = intake.receive(Duration.ofNanos(left));
      if (call == null) {
        return null;
      }
      if (!expired(call, time.nanoTime())) {
        return decoded(call);
      }
      outOfHand();
    }
  }

  private void outOfHand() {
    inHand.decrementAndGet();
    signalIfDraining();
  }

  private X decoded(Call call) {
    ReplyPort.Incoming incoming = call.incoming();
    Q value;
    try {
      value = Guard.decode(requests, incoming.body());
    } catch (CodecException e) {
      call.metrics().port.dropped(Drop.CODEC, 1);
      incoming.fail(Failure.CODEC, text(e));
      outOfHand();
      throw e;
    }
    long deadline = incoming.deadlineNanos();
    boolean open = deadline == Long.MAX_VALUE;
    long remaining = open ? Long.MAX_VALUE : Math.max(0, deadline - time.nanoTime());
    return maker.make(value, new InHand(call), replies, options, remaining);
  }

  /** A request that the user took by {@code receive}, in hand until it is answered. */
  private final class InHand implements ReplyPort.Incoming {
    private final Call call;
    private final AtomicBoolean answered = new AtomicBoolean();

    InHand(Call call) {
      this.call = call;
    }

    private void answered() {
      if (answered.compareAndSet(false, true)) {
        outOfHand();
      }
    }

    @Override
    public Peer peer() {
      return call.incoming().peer();
    }

    @Override
    public byte[] body() {
      return call.incoming().body();
    }

    @Override
    public long deadlineNanos() {
      return call.incoming().deadlineNanos();
    }

    @Override
    public boolean canFail() {
      return call.incoming().canFail();
    }

    @Override
    public void reply(byte[] body) {
      if (!answered.get()) {
        call.metrics().port.sent(body.length);
      }
      call.incoming().reply(body);
      answered();
    }

    @Override
    public void fail(Failure failure, String message) {
      call.incoming().fail(failure, message);
      answered();
    }
  }

  private int unfinished() {
    return intake.unfinished() + inHand.get();
  }

  @Override
  void onClose() {
    for (Call call : intake.close()) {
      call.metrics().port.dropped(Drop.CLOSED, 1);
      call.incoming().fail(Failure.CLOSING, "the replier is closing");
    }
  }

  @Override
  DrainReport finish(long deadlineNanos) throws InterruptedException {
    awaitUntil(() -> isQuiet() && unfinished() == 0, deadlineNanos);
    return new DrainReport(0, 0, 0, unfinished());
  }
}
