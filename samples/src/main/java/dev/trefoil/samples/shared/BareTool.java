package dev.trefoil.samples.shared;

import dev.trefoil.Messaging;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/**
 * A command that runs roles: what is the same in all of them, from the first one to the summary.
 *
 * <p>A subclass says what it does in {@link #work}, which SIGINT and SIGTERM interrupt, and how it
 * ends in {@link #finish}, which they don't. Both run on the thread that started the command.
 */
public abstract class BareTool implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  private final Console console;

  protected BareTool(Console console) {
    this.console = console;
  }

  /** Fails where flags that are each well-formed do not go together; before anything is opened. */
  protected void checkUsage() {}

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

  /** Whether the meters will be asked for what was lost. */
  protected boolean countsLosses() {
    return false;
  }

  /** What the messaging is made of. */
  protected Messaging.Builder messaging() {
    return Messaging.builder();
  }

  /** What the user said of endpoints; nothing, in a command that takes none. */
  WireOptions wire() {
    return new WireOptions();
  }

  protected final Console console() {
    return console;
  }

  @Override
  public final Integer call() throws Exception {
    checkUsage();
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
