package dev.trefoil.samples.daytime;

import dev.trefoil.Codec;
import dev.trefoil.Requester;
import dev.trefoil.samples.shared.Connections;
import dev.trefoil.samples.shared.Console;
import dev.trefoil.samples.shared.Printer;
import dev.trefoil.samples.shared.Run;
import dev.trefoil.samples.shared.Tool;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code trefoil daytime client}: asks once, with an empty request, and prints the answer. */
@Command(
    name = "client",
    footer = {"", "Example:", "  trefoil daytime client --connect zmq://127.0.0.1:7013"},
    description =
        "Ask for the time. Connects to " + DaytimeCommand.USUAL_ENDPOINT + " unless told.")
final class DaytimeClient extends Tool {
  @Mixin private Connections connections = new Connections();

  DaytimeClient(Console console) {
    super(console);
  }

  @Override
  protected void work(Run run) throws Exception {
    Requester<byte[], byte[]> requester =
        run.messaging()
            .requester(Codec.bytes(), Codec.bytes(), run.options().idempotent(true).build());
    connections.openOrConnect(requester, run, DaytimeCommand.USUAL_ENDPOINT);
    Printer printer = new Printer(run.console(), false);
    printer.print(requester.request(new byte[0]));
    printer.flush();
  }

  /** Where there is an answer, it says it all. */
  @Override
  protected String summary(Run run) {
    return run.stopped() ? "no answer came" : "";
  }

  @Override
  protected boolean showsLife() {
    return false;
  }
}
