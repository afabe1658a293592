package dev.trefoil.samples.daytime;

import dev.trefoil.Codec;
import dev.trefoil.Replier;
import dev.trefoil.samples.shared.Connections;
import dev.trefoil.samples.shared.Console;
import dev.trefoil.samples.shared.Run;
import dev.trefoil.samples.shared.Tool;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code trefoil daytime server}: whatever is asked, it answers with the time. */
@Command(
    name = "server",
    footer = {"", "Example:", "  trefoil daytime server --bind zmq://127.0.0.1:7013"},
    description = "Tell the time. Listens at " + DaytimeCommand.USUAL_ENDPOINT + " unless told.")
final class DaytimeServer extends Tool {
  @Mixin private Connections connections = new Connections();

  private @Nullable Replier<byte[], String> replier;

  DaytimeServer(Console console) {
    super(console);
  }

  @Override
  protected void work(Run run) throws Exception {
    replier =
        run.messaging()
            .replier(Codec.bytes(), Codec.utf8(), request -> now(run), run.options().build());
    connections.openOrBind(replier, run, DaytimeCommand.USUAL_ENDPOINT);
    new CountDownLatch(1).await(); // until interrupted: the handler does the work
  }

  private static String now(Run run) {
    String time =
        ZonedDateTime.now(ZoneId.systemDefault()).format(DateTimeFormatter.RFC_1123_DATE_TIME);
    run.tally().add(time.length());
    return time;
  }

  @Override
  protected void finish(Run run) throws Exception {
    if (replier != null) {
      run.drain(replier);
    }
  }

  @Override
  protected String summary(Run run) {
    return "told the time: " + run.tally();
  }
}
