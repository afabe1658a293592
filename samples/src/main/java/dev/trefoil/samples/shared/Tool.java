package dev.trefoil.samples.shared;

import dev.trefoil.Messaging;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/**
 * A command that talks: what is the same in all of them, from the first endpoint to the summary.
 *
 * <p>A subclass says what it does in {@link #work}, which SIGINT and SIGTERM interrupt, and how it
 * ends in {@link #finish}, which they don't. Both run on the thread that started the command.
 */
public abstract class Tool implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  private final Console console;

  protected Tool(Console console) {
    this.console = console;
  }

  /** Opens the role and does the work until it is done; fails with words for the user. */
  protected abstract void work(Run run) throws Exception;

  /** Finishes what is in hand, after the work was done or stopped; not after it failed. */
  protected void finish(Run run) throws Exception {}

  /** What was done, in one line. */
  protected abstract String summary(Run run);

  /** Whether rates are shown on stderr while the command runs. */
  protected boolean showsLife() {
    return true;
  }

  /** What the messaging is made of. */
  protected Messaging.Builder messaging() {
    return Messaging.builder();
  }

  protected final Console console() {
    return console;
  }

  @Override
  public final Integer call() throws Exception {
    try (Interrupts interrupts = Interrupts.install();
        Run run = new Run(this, console, common, interrupts)) {
      try {
        run.untilStopped(() -> work(run));
        finish(run);
        run.summary(summary(run));
      } catch (Exception e) {
        if (!Failures.isWrongUsage(e)) {
          run.summary(summary(run));
        }
        throw e;
      }
    }
    return 0;
  }
}
