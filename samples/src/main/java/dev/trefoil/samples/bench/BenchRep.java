package dev.trefoil.samples.bench;

import dev.trefoil.Codec;
import dev.trefoil.Execution;
import dev.trefoil.Options;
import dev.trefoil.Replier;
import dev.trefoil.samples.shared.Console;
import dev.trefoil.samples.shared.FailedException;
import dev.trefoil.samples.shared.Run;
import dev.trefoil.samples.shared.Text;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;

/** Answers each request with itself, on the I/O thread. */
@Command(
    name = "rep",
    footer = {
      "",
      "Example:",
      "  trefoil bench rep --bind raw://127.0.0.1:7000 --size 64 --count 40000"
    },
    description = "Answer --count requests with themselves.")
final class BenchRep extends Side {
  BenchRep(Console console) {
    super(console);
  }

  @Override
  protected void work(Run run) throws Exception {
    long count = count();
    AtomicLong answered = new AtomicLong();
    CountDownLatch done = new CountDownLatch(1);
    Options options = run.options().execution(Execution.INLINE).build();
    Replier<byte[], byte[]> replier =
        run.messaging()
            .replier(
                Codec.bytes(),
                Codec.bytes(),
                request -> {
                  // One wake-up at the very end: waking for each would show in the round trips.
                  if (answered.incrementAndGet() == count) {
                    done.countDown();
                  }
                  return request;
                },
                options);
    open(replier, run);
    awaitAll(done, answered, count, run);
    run.drain(replier);
  }

  private static void awaitAll(CountDownLatch done, AtomicLong answered, long count, Run run)
      throws InterruptedException {
    Duration patience = patience(run);
    long before = -1;
    while (!done.await(patience.toNanos(), TimeUnit.NANOSECONDS)) {
      if (answered.get() == before) {
        throw new FailedException(
            Text.format(
                "no request came within %s; %,d of %,d before", Text.of(patience), before, count));
      }
      before = answered.get();
    }
  }
}
