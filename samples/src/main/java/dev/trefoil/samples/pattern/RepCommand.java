package dev.trefoil.samples.pattern;

import dev.trefoil.Codec;
import dev.trefoil.Replier;
import dev.trefoil.Request;
import dev.trefoil.TrefoilException;
import dev.trefoil.samples.shared.Connections;
import dev.trefoil.samples.shared.Console;
import dev.trefoil.samples.shared.DurationConverter;
import dev.trefoil.samples.shared.FailedException;
import dev.trefoil.samples.shared.Numbers;
import dev.trefoil.samples.shared.PayloadSource;
import dev.trefoil.samples.shared.Run;
import dev.trefoil.samples.shared.Text;
import dev.trefoil.samples.shared.Tool;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code trefoil rep}: answers with the request itself, or always the same.
 *
 * <p>With a delay the replies leave from a timer's thread, so that one slow reply does not hold up
 * the next.
 */
@Command(
    name = "rep",
    footer = {"", "Example:", "  trefoil rep --bind raw://127.0.0.1:7000 --echo"},
    description = "Answer requests: with themselves, or with a fixed text.")
public final class RepCommand extends Tool {
  /** How many requests may be in work at once; more wait in the replier's own bounded queue. */
  private static final int IN_WORK = 1_024;

  @Mixin private Connections connections = new Connections();

  @ArgGroup(multiplicity = "1")
  private Answer answer = new Answer();

  @Option(
      names = "--count",
      paramLabel = "N",
      converter = Numbers.Count.class,
      description = "End after N requests. 0 or none: until interrupted.")
  private long count;

  @Option(
      names = "--delay",
      paramLabel = "D",
      converter = DurationConverter.class,
      description = "The time that each request is worked on.")
  private Duration delay = Duration.ZERO;

  private @Nullable Replier<byte[], byte[]> replier;
  private long taken;
  private final Semaphore room = new Semaphore(IN_WORK);

  /** Just one of these is given. */
  static final class Answer {
    @Option(names = "--echo", description = "Answer with the request.")
    private boolean echo;

    @Option(
        names = "--data",
        paramLabel = "TEXT",
        description = "Answer with this; {i} in it is the request's number, from 1.")
    private @Nullable String data;
  }

  public RepCommand(Console console) {
    super(console);
  }

  @Override
  protected void work(Run run) throws Exception {
    Replier<byte[], byte[]> opened =
        run.messaging().replier(Codec.bytes(), Codec.bytes(), run.options().build());
    replier = opened;
    connections.open(opened, run);
    while (count == 0 || taken < count) {
      Request<byte[], byte[]> request = opened.receive(run.timeout());
      if (request == null) {
        throw new FailedException(
            Text.format("no request came within %s; %,d before", Text.of(run.timeout()), taken));
      }
      takeOn(request, run);
    }
  }

  private void takeOn(Request<byte[], byte[]> request, Run run) throws InterruptedException {
    taken++;
    byte[] reply =
        answer.echo || answer.data == null
            ? request.value()
            : PayloadSource.numbered(answer.data, taken);
    if (delay.isZero()) {
      answer(request, reply, run);
    } else {
      room.acquire();
      // The timer's own thread sends the reply: that never blocks.
      CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS, Runnable::run)
          .execute(() -> answerAndMakeRoom(request, reply, run));
    }
  }

  private void answerAndMakeRoom(Request<byte[], byte[]> request, byte[] reply, Run run) {
    try {
      answer(request, reply, run);
    } finally {
      room.release();
    }
  }

  private static void answer(Request<byte[], byte[]> request, byte[] reply, Run run) {
    try {
      request.reply(reply);
      run.tally().add(reply.length);
    } catch (TrefoilException e) {
      run.note("cannot answer " + request.peer() + ": " + e.getMessage());
    }
  }

  @Override
  protected void finish(Run run) throws Exception {
    if (run.stopped() && replier != null) {
      answerWhatIsQueued(replier, run);
    }
    Duration limit = run.inHand(delay.plusSeconds(1));
    if (!room.tryAcquire(IN_WORK, limit.toNanos(), TimeUnit.NANOSECONDS)) {
      run.note(Text.format("%d requests were still in work", IN_WORK - room.availablePermits()));
    }
  }

  private void answerWhatIsQueued(Replier<byte[], byte[]> replier, Run run)
      throws InterruptedException {
    // Clients may go on asking: the grace ends it.
    while (run.inHand(Duration.ofDays(1)).compareTo(delay) > 0 && room.availablePermits() > 0) {
      Request<byte[], byte[]> request = replier.receive(Duration.ZERO);
      if (request == null) {
        return;
      }
      takeOn(request, run);
    }
  }

  @Override
  protected String summary(Run run) {
    return "answered: " + run.tally();
  }
}
