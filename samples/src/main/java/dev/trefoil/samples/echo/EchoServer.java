package dev.trefoil.samples.echo;

import dev.trefoil.Codec;
import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.Peer;
import dev.trefoil.PeerListener;
import dev.trefoil.RejectReason;
import dev.trefoil.Replier;
import dev.trefoil.samples.shared.Connections;
import dev.trefoil.samples.shared.Console;
import dev.trefoil.samples.shared.Run;
import dev.trefoil.samples.shared.Tool;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code trefoil echo server}: sends back what it gets, and tells who comes and goes. */
@Command(
    name = "server",
    footer = {"", "Example:", "  trefoil echo server --bind zmq://127.0.0.1:7007"},
    description =
        "Send back what comes. Listens at " + EchoCommand.USUAL_ENDPOINT + " unless told.")
final class EchoServer extends Tool {
  private static final Set<String> BESIDE_LINES = Set.of("--lines", "--bind", "--quiet");

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private Connections connections = new Connections();

  @Option(
      names = "--lines",
      description =
          "Speak plain newline-ended text instead, so that telnet and nc can talk to it; of each"
              + " --bind URI only host and port count then, and no other flag but --quiet goes with"
              + " it.")
  private boolean lines;

  private @Nullable Replier<byte[], byte[]> replier;
  private @Nullable LineServer lineServer;

  EchoServer(Console console) {
    super(console);
  }

  @Override
  protected void checkUsage() {
    for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
      if (lines && !BESIDE_LINES.contains(option.longestName())) {
        throw new ParameterException(
            spec.commandLine(), option.longestName() + " does not go with --lines");
      }
    }
  }

  @Override
  protected void work(Run run) throws Exception {
    if (lines) {
      lineServer = serveLines(run);
    } else {
      replier = serve(run);
    }
    new CountDownLatch(1).await(); // until interrupted: other threads do the work
  }

  private Replier<byte[], byte[]> serve(Run run) {
    Options options = run.options().peerListener(new Visitors(run, run.peerNotes())).build();
    Replier<byte[], byte[]> opened =
        run.messaging()
            .replier(
                Codec.bytes(),
                Codec.bytes(),
                request -> {
                  run.tally().add(request.length);
                  return request;
                },
                options);
    connections.openOrBind(opened, run, EchoCommand.USUAL_ENDPOINT);
    return opened;
  }

  private LineServer serveLines(Run run) {
    LineServer server = new LineServer(run.tally()::add, run::note);
    List<String> asked = connections.bindings();
    for (String endpoint : asked.isEmpty() ? List.of(EchoCommand.USUAL_ENDPOINT) : asked) {
      run.console().note("bound " + server.bind(Endpoint.of(endpoint)));
    }
    return server;
  }

  @Override
  protected void finish(Run run) throws Exception {
    if (lineServer != null) {
      lineServer.close();
    }
    if (replier != null) {
      run.drain(replier);
    }
  }

  @Override
  protected String summary(Run run) {
    return "sent back " + run.tally();
  }

  /** Who is at the other end: what getpeername tells a C program. */
  private record Visitors(Run run, PeerListener notes) implements PeerListener {
    @Override
    public void connected(Peer peer) {
      run.note("hello " + peer.address() + ", speaking " + peer.protocol());
    }

    @Override
    public void disconnected(Peer peer, DisconnectReason reason, String detail) {
      run.note("goodbye " + peer.address() + ": " + reason.tag().replace('_', ' '));
    }

    @Override
    public void rejected(Endpoint endpoint, String address, RejectReason reason, String detail) {
      notes.rejected(endpoint, address, reason, detail);
    }

    @Override
    public void connectFailed(Endpoint endpoint, String why) {
      notes.connectFailed(endpoint, why);
    }
  }
}
