package dev.trefoil.samples.daytime;

import dev.trefoil.samples.shared.Console;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code trefoil daytime}: server and client. */
@Command(
    name = "daytime",
    footer = {
      "",
      "Example:",
      "  trefoil daytime server --bind raw://127.0.0.1:7013 &",
      "  trefoil daytime client --connect raw://127.0.0.1:7013"
    },
    description = "The daytime sample: a client asks for the time, a server tells it.")
public final class DaytimeCommand implements Runnable {
  static final String USUAL_ENDPOINT = "raw://127.0.0.1:7013";

  @Spec private CommandSpec spec = CommandSpec.create();

  private DaytimeCommand() {}

  /** With its two sides. */
  public static CommandLine withSides(Console console) {
    return new CommandLine(new DaytimeCommand())
        .addSubcommand(new DaytimeServer(console))
        .addSubcommand(new DaytimeClient(console));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Server or client?");
  }
}
