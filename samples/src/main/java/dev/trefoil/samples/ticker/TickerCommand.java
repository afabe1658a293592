package dev.trefoil.samples.ticker;

import dev.trefoil.TcpOptions;
import dev.trefoil.samples.shared.Console;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code trefoil ticker}: publisher and watcher. */
@Command(
    name = "ticker",
    footer = {
      "",
      "Example:",
      "  trefoil ticker publisher --bind raw://127.0.0.1:7021 &",
      "  trefoil ticker watcher --connect raw://127.0.0.1:7021"
    },
    description = {
      "The ticker sample: a publisher of numbered prices, and watchers of some of them.",
      "Start a watcher late, and see the number that it begins with. Start one with --delay, and see"
          + " what each --overflow of the publisher does to it."
    })
public final class TickerCommand implements Runnable {
  static final String USUAL_ENDPOINT = "raw://127.0.0.1:7021";

  @Spec private CommandSpec spec = CommandSpec.create();

  private TickerCommand() {}

  /** With its two sides. */
  public static CommandLine withSides(Console console) {
    return new CommandLine(new TickerCommand())
        .addSubcommand(new TickerPublisher(console))
        .addSubcommand(new TickerWatcher(console));
  }

  /** So little room in the system's buffers that a slow watcher is felt within seconds. */
  static TcpOptions smallBuffers() {
    return TcpOptions.builder().sendBufferBytes(8 * 1024).receiveBufferBytes(8 * 1024).build();
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Publisher or watcher?");
  }
}
