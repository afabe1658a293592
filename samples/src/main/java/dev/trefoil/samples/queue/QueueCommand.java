package dev.trefoil.samples.queue;

import dev.trefoil.samples.shared.Console;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code trefoil queue}: ventilator, worker and sink. */
@Command(
    name = "queue",
    footer = {
      "",
      "Example:",
      "  trefoil queue sink --bind raw://127.0.0.1:7032 &",
      "  trefoil queue worker --from raw://127.0.0.1:7031 --to raw://127.0.0.1:7032 &",
      "  trefoil queue ventilator --bind raw://127.0.0.1:7031"
    },
    header = "The queue sample: a ventilator hands out tasks, workers do them, a sink collects.",
    description = {
      "",
      "Start a sink, some workers and a ventilator, each in a terminal of its own. With"
          + " --at-least-once on all of them, kill a worker in the middle: its tasks go to the others,"
          + " and none is lost."
    })
public final class QueueCommand implements Runnable {
  static final String TASKS = "raw://127.0.0.1:7031";
  static final String RESULTS = "raw://127.0.0.1:7032";
  static final int USUAL_TASKS = 100;

  @Spec private CommandSpec spec = CommandSpec.create();

  private QueueCommand() {}

  /** With its three parts. */
  public static CommandLine withParts(Console console) {
    return new CommandLine(new QueueCommand())
        .addSubcommand(new Ventilator(console))
        .addSubcommand(new Worker(console))
        .addSubcommand(new Sink(console));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Ventilator, worker or sink?");
  }
}
