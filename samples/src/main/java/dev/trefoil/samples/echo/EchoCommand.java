package dev.trefoil.samples.echo;

import dev.trefoil.samples.shared.Console;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code trefoil echo}: server and client. */
@Command(
    name = "echo",
    footer = {
      "",
      "Example:",
      "  trefoil echo server --bind raw://127.0.0.1:7007 &",
      "  trefoil echo client --connect raw://127.0.0.1:7007"
    },
    description = "The echo sample: a client sends lines, a server sends them back.")
public final class EchoCommand implements Runnable {
  static final String USUAL_ENDPOINT = "raw://127.0.0.1:7007";

  @Spec private CommandSpec spec = CommandSpec.create();

  private EchoCommand() {}

  /** With its two sides. */
  public static CommandLine withSides(Console console) {
    return new CommandLine(new EchoCommand())
        .addSubcommand(new EchoServer(console))
        .addSubcommand(new EchoClient(console));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Server or client?");
  }
}
