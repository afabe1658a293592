package dev.trefoil.samples.echo;

import dev.trefoil.Codec;
import dev.trefoil.Options;
import dev.trefoil.Requester;
import dev.trefoil.samples.shared.Connections;
import dev.trefoil.samples.shared.Console;
import dev.trefoil.samples.shared.Printer;
import dev.trefoil.samples.shared.Run;
import dev.trefoil.samples.shared.StandardInput;
import dev.trefoil.samples.shared.Tool;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code trefoil echo client}: reads a line, sends it, waits for the reply, prints it. */
@Command(
    name = "client",
    footer = {"", "Example:", "  trefoil echo client --connect zmq://127.0.0.1:7007"},
    description =
        "Send the lines of standard input, and print what comes back. Connects to "
            + EchoCommand.USUAL_ENDPOINT
            + " unless told.")
final class EchoClient extends Tool {
  @Mixin private Connections connections = new Connections();

  EchoClient(Console console) {
    super(console);
  }

  @Override
  protected void work(Run run) throws Exception {
    Options options = run.options().build();
    Requester<byte[], byte[]> requester =
        run.messaging().requester(Codec.bytes(), Codec.bytes(), options);
    connections.openOrConnect(requester, run, EchoCommand.USUAL_ENDPOINT);
    StandardInput lines = new StandardInput(run.console().in(), options.maxMessageBytes());
    Printer printer = new Printer(run.console(), false);
    for (byte[] line = lines.next(); line != null; line = lines.next()) {
      byte[] reply = requester.request(line);
      printer.print(reply);
      printer.flush();
      run.tally().add(reply.length);
    }
  }

  @Override
  protected String summary(Run run) {
    return "got back " + run.tally();
  }

  /** The user types here. */
  @Override
  protected boolean showsLife() {
    return false;
  }
}
