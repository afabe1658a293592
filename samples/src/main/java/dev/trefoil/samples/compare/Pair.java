package dev.trefoil.samples.compare;

import dev.trefoil.samples.compare.result.Outcome;
import dev.trefoil.samples.compare.trial.Contestant;
import dev.trefoil.samples.compare.trial.Figures;
import dev.trefoil.samples.compare.trial.Trial;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * The two processes of a contestant. After a trial that failed they are of no more use. For one
 * thread; close it to end them.
 */
final class Pair implements AutoCloseable {
  /** For each step but the trial itself; a JVM on a busy machine may take a while to start. */
  private static final Duration STEP = Duration.ofSeconds(8);

  private final ChildProcess first;
  private final ChildProcess second;
  private final Deadline end;

  Pair(Contestant contestant, List<String> command, Deadline end) throws IOException {
    this.end = end;
    first = new ChildProcess("the listening process of " + contestant.name(), command);
    try {
      second = new ChildProcess("the connecting process of " + contestant.name(), command);
    } catch (IOException e) {
      first.close();
      throw e;
    }
  }

  Outcome run(Trial trial, int round) throws IOException, InterruptedException {
    String address = first.ask("first " + trial.encode(), "opened", STEP, end);
    second.ask("second " + address + " " + trial.encode(), "joined", STEP, end);
    first.ask("ready", "ready", STEP, end);
    second.ask("ready", "ready", STEP, end);
    first.tell("go");
    second.tell("go");
    Duration limit = trial.warmUp().plus(trial.measured()).plus(STEP);
    long sent = Long.parseLong(first.await("went", limit, end));
    sent += Long.parseLong(second.await("went", limit, end));
    Figures received = Figures.decode(second.ask("finish " + sent, "figures", STEP, end));
    Figures sending = Figures.decode(first.ask("finish " + sent, "figures", STEP, end));
    if (received.number("messages") == 0) {
      throw new IOException(
          "no message arrived within the " + trial.measured().toMillis() + " ms that count");
    }
    return Outcome.measured(trial.cell(), round, sent, sending, received);
  }

  @Override
  public void close() {
    first.close();
    second.close();
  }
}
