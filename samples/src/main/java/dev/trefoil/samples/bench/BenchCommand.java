package dev.trefoil.samples.bench;

import dev.trefoil.samples.shared.Console;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code trefoil bench}: says what is measured; the sides are its subcommands. */
@Command(
    name = "bench",
    footer = {
      "",
      "Example:",
      "  trefoil bench pull --bind raw://127.0.0.1:7000 --size 64 --count 1000000 &",
      "  trefoil bench push --connect raw://127.0.0.1:7000 --size 64 --count 1000000"
    },
    header = "Measure one pattern over one transport.",
    description = {
      "",
      "Start one side in each of two processes, with the same"
          + " --size and --count. Both end by themselves.",
      "",
      "pull and sub print msgs_per_s and mb_per_s: messages, and millions of payload bytes, per"
          + " second over the second half of the messages, from the time of the middle one to that of"
          + " the last, as taken off the API by one thread. The first half warms up.",
      "req prints round trips: the time from the call to its reply in the caller's hand, with"
          + " --outstanding K requests under way all the time (1: the next starts when the last"
          + " ended). The first third of them warms up and is left out. It is a closed loop: a slow"
          + " reply delays the next request, so waiting hides in the load, not in the figures.",
      "",
      "The payloads are byte[] of --size bytes, made once. pub waits for its subscriber, and waits for"
          + " room rather than drop. Both processes share this machine's processors."
    })
public final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private BenchCommand() {}

  /** With its six sides. */
  public static CommandLine withSides(Console console) {
    return new CommandLine(new BenchCommand())
        .addSubcommand(new BenchPush(console))
        .addSubcommand(new BenchPull(console))
        .addSubcommand(new BenchReq(console))
        .addSubcommand(new BenchRep(console))
        .addSubcommand(new BenchPub(console))
        .addSubcommand(new BenchSub(console));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Which side?");
  }
}
