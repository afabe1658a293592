package dev.trefoil.samples.compare.child;

import dev.trefoil.Codec;
import dev.trefoil.Replier;
import dev.trefoil.samples.compare.trial.Figures;
import dev.trefoil.samples.compare.trial.Trial;
import java.io.IOException;
import java.util.concurrent.atomic.LongAdder;

/** Answers each request with itself, by a handler. */
final class TrefoilReplier extends TrefoilSide {
  private final LongAdder handled = new LongAdder();
  private final Replier<byte[], byte[]> replier;

  TrefoilReplier(Trial trial) {
    super(trial);
    replier =
        messaging()
            .replier(
                Codec.bytes(),
                Codec.bytes(),
                request -> {
                  handled.increment();
                  return request;
                },
                options());
  }

  @Override
  public String open() throws IOException {
    return bind(replier);
  }

  @Override
  public void report(Figures figures) {
    super.report(figures);
    figures.put("received", handled.sum());
  }
}
