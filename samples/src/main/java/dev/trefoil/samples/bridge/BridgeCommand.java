package dev.trefoil.samples.bridge;

import dev.trefoil.samples.shared.Console;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code trefoil bridge}: one subcommand for each pattern. */
@Command(
    name = "bridge",
    footer = {
      "",
      "Example:",
      "  trefoil bridge reqrep --from zmq://127.0.0.1:7001 --to sp://127.0.0.1:7002"
    },
    description = {
      "Pass messages on from one transport to another.",
      "An endpoint where somebody listens already is connected to, at any other the bridge listens;"
          + " bind:URI and connect:URI say which."
    })
public final class BridgeCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private BridgeCommand() {}

  /** With its three patterns. */
  public static CommandLine withPatterns(Console console) {
    return new CommandLine(new BridgeCommand())
        .addSubcommand(new ReqRepBridge(console))
        .addSubcommand(new PubSubBridge(console))
        .addSubcommand(new PushPullBridge(console));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Which pattern?");
  }
}
