package dev.trefoil.samples.bump;

import dev.trefoil.samples.shared.BareTool;
import dev.trefoil.samples.shared.Console;
import dev.trefoil.samples.shared.FailedException;
import dev.trefoil.samples.shared.Run;
import dev.trefoil.samples.shared.Text;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code trefoil bump}: acts out what goes wrong in networks, and who notices it when. */
@Command(
    name = "bump",
    footer = {"", "Example:", "  trefoil bump --transport zmq 3 8"},
    header = "Act out the twelve things that go bump in the net.",
    description = {
      "",
      "Each act starts real server processes, does something to them, and prints what a user of the"
          + " library sees, after how long, and what to learn from it. All times are shortened:"
          + " heartbeats of 500 ms instead of 10 s. Ends with 0 if all was noticed as the contract"
          + " promises. For a transport with TLS or CURVE, certificates and keys are made for the"
          + " run.",
      "",
      "A machine that crashes sends neither FIN nor RST. By default a proxy that goes silent acts it"
          + " out; where only the kernel could notice (8, and 6 without heartbeats), or with --crash"
          + " namespaces, network namespaces and a veth pair do, which need Linux, iproute2, and"
          + " root or user namespaces."
    })
public final class BumpCommand extends BareTool {
  /** How a machine crashes. */
  enum Crash {
    PROXY,
    NAMESPACES
  }

  private static final List<String> TRANSPORTS =
      List.of("raw", "raw+tls", "sp", "sp+tls", "zmq", "zmq+curve");

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "N|all", description = "Which acts: 1 to 12. None: all.")
  private List<String> numbers = new ArrayList<>();

  @Option(
      names = "--transport",
      paramLabel = "NAME",
      description =
          "What carries the bytes: raw, raw+tls, sp, sp+tls, zmq or zmq+curve. Default: raw.")
  private String transport = "raw";

  @Option(
      names = "--crash",
      paramLabel = "proxy|namespaces",
      description = "What acts out a crash. Default: proxy.")
  private Crash crash = Crash.PROXY;

  @Option(names = "--in-namespace", hidden = true, description = "One act, in a namespace.")
  private boolean inNamespace;

  private final Map<Bump, Finding> findings = new EnumMap<>(Bump.class);

  public BumpCommand(Console console) {
    super(console);
  }

  @Override
  protected void work(Run run) throws Exception {
    List<Bump> bumps = chosen();
    if (!TRANSPORTS.contains(transport)) {
      throw new ParameterException(
          spec.commandLine(), "--transport is one of " + String.join(", ", TRANSPORTS));
    }
    try (Secrets secrets = Secrets.of(transport)) {
      play(bumps, secrets, run);
    }
  }

  private void play(List<Bump> bumps, Secrets secrets, Run run) throws Exception {
    Story story = new Story(console());
    for (Bump bump : bumps) {
      if (!inNamespace) {
        story.tell(Text.format("%2d  %s", bump.number(), bump.title()));
      }
      Finding finding = act(bump, secrets, run, story);
      findings.put(bump, finding);
      if (inNamespace) {
        story.tell(finding.toLine());
      } else {
        tell(bump, finding, story);
      }
    }
    if (!inNamespace) {
      table(story);
    }
  }

  private List<Bump> chosen() {
    List<Bump> chosen = new ArrayList<>();
    for (String number : numbers) {
      if (number.equals("all")) {
        chosen.addAll(List.of(Bump.values()));
      } else if (number.matches("[1-9]|1[0-2]")) {
        chosen.add(Bump.of(Integer.parseInt(number)));
      } else {
        throw new ParameterException(
            spec.commandLine(), "'" + number + "' is none of the acts: 1 to 12, or all");
      }
    }
    return chosen.isEmpty() ? List.of(Bump.values()) : chosen;
  }

  private Finding act(Bump bump, Secrets secrets, Run run, Story story) throws Exception {
    Stage stage = new Stage(transport.replace("+curve", ""), secrets, inNamespace, run, story);
    if (inNamespace || !stage.needsNamespaces(bump, crash == Crash.NAMESPACES)) {
      return bump.act(stage);
    }
    String missing = Namespaces.missing();
    return missing.isEmpty() ? Staged.act(bump, transport, story) : Finding.skipped(missing);
  }

  private static void tell(Bump bump, Finding finding, Story story) {
    if (finding.isSkipped()) {
      story.tell("    skipped: " + finding.words());
    } else {
      story.tell(
          Text.format(
              "    noticed after %s by: %s (promised: %s)",
              Finding.seconds(finding.after()), finding.words(), finding.promise()));
    }
    story.tell("    lesson: " + bump.lesson());
    story.tell("");
  }

  private void table(Story story) {
    story.tell(Text.format(" n  %-61s %9s  %s", "on " + transport, "noticed", "by"));
    findings.forEach(
        (bump, finding) ->
            story.tell(
                Text.format(
                    "%2d  %-61s %9s  %s",
                    bump.number(),
                    bump.title(),
                    finding.isSkipped() ? "-" : Finding.seconds(finding.after()),
                    verdict(finding))));
  }

  private static String verdict(Finding finding) {
    return switch (finding.result()) {
      case AS_PROMISED -> finding.words();
      case NOT_AS_PROMISED -> "NOT AS PROMISED: " + finding.words();
      case SKIPPED -> "skipped: " + finding.words();
    };
  }

  @Override
  protected void finish(Run run) {
    long broken = count(Finding.Result.NOT_AS_PROMISED);
    if (broken > 0 && !inNamespace) {
      throw new FailedException(
          Text.format("%d of %d were not noticed as promised", broken, findings.size()));
    }
  }

  private long count(Finding.Result result) {
    return findings.values().stream().filter(finding -> finding.result() == result).count();
  }

  @Override
  protected String summary(Run run) {
    return inNamespace
        ? ""
        : Text.format(
            "%d acted out, %d as promised, %d skipped",
            findings.size() - count(Finding.Result.SKIPPED),
            count(Finding.Result.AS_PROMISED),
            count(Finding.Result.SKIPPED));
  }

  /** The story is the sign of life. */
  @Override
  protected boolean showsLife() {
    return false;
  }
}
