package dev.trefoil.samples.bridge;

import dev.trefoil.Codec;
import dev.trefoil.Options;
import dev.trefoil.Replier;
import dev.trefoil.Request;
import dev.trefoil.Requester;
import dev.trefoil.TrefoilException;
import dev.trefoil.samples.shared.Console;
import dev.trefoil.samples.shared.FromTo;
import dev.trefoil.samples.shared.Run;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** Answers requests by asking others. */
@Command(
    name = "reqrep",
    footer = {
      "",
      "Example:",
      "  trefoil bridge reqrep --from zmq://127.0.0.1:7001 --to sp://127.0.0.1:7002"
    },
    description = "Take requests at --from, ask the repliers at --to, and hand their replies back.")
final class ReqRepBridge extends Bridge {
  private static final int UNDER_WAY = 1_024;

  private final Semaphore room = new Semaphore(UNDER_WAY);

  ReqRepBridge(Console console) {
    super(console);
  }

  @Override
  protected void work(Run run) throws Exception {
    FromTo sides = sides();
    Options options = run.options().build();
    Replier<byte[], byte[]> in = run.messaging().replier(Codec.bytes(), Codec.bytes(), options);
    Requester<byte[], byte[]> out =
        run.messaging().requester(Codec.bytes(), Codec.bytes(), options);
    FromTo.open(out, sides.to(), run);
    FromTo.open(in, sides.from(), run);
    while (!run.stopped()) {
      room.acquire();
      Request<byte[], byte[]> request = in.receive();
      var unused =
          out.requestAsync(request.value(), limit(request, options))
              .whenComplete((reply, failure) -> handBack(request, reply, failure, run));
    }
  }

  /** As long as the one who asked waits, where the wire tells. */
  private static Duration limit(Request<byte[], byte[]> request, Options options) {
    Duration remaining = request.remaining();
    Duration usual = options.requestTimeout();
    Duration limit = remaining.compareTo(usual) < 0 ? remaining : usual;
    return limit.isZero() || limit.isNegative() ? Duration.ofMillis(1) : limit;
  }

  private void handBack(
      Request<byte[], byte[]> request,
      byte @Nullable [] reply,
      @Nullable Throwable failure,
      Run run) {
    room.release();
    if (reply == null) {
      request.fail(failure == null ? "no reply" : String.valueOf(failure.getMessage()));
      return;
    }
    try {
      request.reply(reply);
      run.tally().add(reply.length);
    } catch (TrefoilException e) {
      run.note("cannot hand a reply back to " + request.peer() + ": " + e.getMessage());
    }
  }

  @Override
  protected void finish(Run run) throws Exception {
    long limit = run.inHand(Duration.ofSeconds(5)).toNanos();
    // One permit is with the loop, which was stopped while it waited for a request.
    if (!room.tryAcquire(UNDER_WAY - 1, limit, TimeUnit.NANOSECONDS)) {
      run.note("some requests were still under way");
    }
  }
}
