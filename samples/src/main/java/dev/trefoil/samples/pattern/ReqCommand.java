package dev.trefoil.samples.pattern;

import dev.trefoil.Codec;
import dev.trefoil.Requester;
import dev.trefoil.TrefoilException;
import dev.trefoil.samples.shared.Connections;
import dev.trefoil.samples.shared.Console;
import dev.trefoil.samples.shared.PayloadSource;
import dev.trefoil.samples.shared.Printer;
import dev.trefoil.samples.shared.Run;
import dev.trefoil.samples.shared.Tool;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code trefoil req}: asks one after the other, and prints the replies in order. */
@Command(
    name = "req",
    footer = {
      "",
      "Example:",
      "  trefoil req --connect raw://127.0.0.1:7000 --data 'hello {i}' --count 3"
    },
    description = "Ask repliers, one request after the other, and print the replies in order.")
public final class ReqCommand extends Tool {
  @Mixin private Connections connections = new Connections();
  @Mixin private PayloadSource payloads = new PayloadSource();

  @Option(
      names = "--idempotent",
      description = "Requests may be sent twice: they go to another peer when one is lost.")
  private boolean idempotent;

  @Option(names = "--raw", description = "No newline after each reply.")
  private boolean raw;

  private @Nullable Requester<byte[], byte[]> requester;
  private @Nullable CompletableFuture<byte[]> inHand;

  public ReqCommand(Console console) {
    super(console);
  }

  @Override
  protected void work(Run run) throws Exception {
    payloads.open(run);
    Printer printer = new Printer(run.console(), raw);
    Requester<byte[], byte[]> opened =
        run.messaging()
            .requester(Codec.bytes(), Codec.bytes(), run.options().idempotent(idempotent).build());
    requester = opened;
    connections.open(opened, run);
    for (byte[] payload = payloads.next(); payload != null; payload = payloads.next()) {
      // The future outlives an interrupt: finish() still gets the reply that is on its way.
      inHand = opened.requestAsync(payload);
      print(result(inHand), printer, run);
      inHand = null;
    }
  }

  @Override
  protected void finish(Run run) throws Exception {
    if (inHand == null || requester == null || requester.peers().isEmpty()) {
      return; // nobody has a request of ours
    }
    Duration limit = run.inHand(run.timeout());
    try {
      byte[] reply = inHand.orTimeout(limit.toNanos(), TimeUnit.NANOSECONDS).get();
      print(reply, new Printer(run.console(), raw), run);
    } catch (ExecutionException e) {
      run.note(
          e.getCause() instanceof TrefoilException failure
              ? "the last request failed: " + failure.getMessage()
              : "the last request was not answered before the end");
    }
  }

  private static byte[] result(CompletableFuture<byte[]> reply) throws Exception {
    try {
      return reply.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof TrefoilException failure ? failure : e;
    }
  }

  private static void print(byte[] reply, Printer printer, Run run) {
    printer.print(reply);
    printer.flush();
    run.tally().add(reply.length);
  }

  @Override
  protected String summary(Run run) {
    return "answered: " + run.tally();
  }

  @Override
  protected boolean showsLife() {
    return !console().outIsTerminal();
  }
}
