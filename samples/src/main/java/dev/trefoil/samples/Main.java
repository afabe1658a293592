package dev.trefoil.samples;

import dev.trefoil.samples.bench.BenchCommand;
import dev.trefoil.samples.bridge.BridgeCommand;
import dev.trefoil.samples.bump.BumpCommand;
import dev.trefoil.samples.certs.CertsCommand;
import dev.trefoil.samples.compare.CompareCommand;
import dev.trefoil.samples.daytime.DaytimeCommand;
import dev.trefoil.samples.echo.EchoCommand;
import dev.trefoil.samples.pattern.PubCommand;
import dev.trefoil.samples.pattern.PullCommand;
import dev.trefoil.samples.pattern.PushCommand;
import dev.trefoil.samples.pattern.RepCommand;
import dev.trefoil.samples.pattern.ReqCommand;
import dev.trefoil.samples.pattern.SubCommand;
import dev.trefoil.samples.queue.QueueCommand;
import dev.trefoil.samples.shared.Console;
import dev.trefoil.samples.shared.Failures;
import dev.trefoil.samples.ticker.TickerCommand;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The {@code trefoil} command: exit 0 is done, 1 is failed, 2 is wrong usage. */
@Command(
    name = "trefoil",
    description = "Request-reply, publish-subscribe and push-pull from the command line.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND")
public final class Main implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private Main() {}

  /** Every command by its name, in the order of the help. */
  private static Map<String, Function<Console, CommandLine>> commands() {
    Map<String, Function<Console, CommandLine>> commands = new LinkedHashMap<>();
    commands.put("rep", console -> new CommandLine(new RepCommand(console)));
    commands.put("req", console -> new CommandLine(new ReqCommand(console)));
    commands.put("pub", console -> new CommandLine(new PubCommand(console)));
    commands.put("sub", console -> new CommandLine(new SubCommand(console)));
    commands.put("push", console -> new CommandLine(new PushCommand(console)));
    commands.put("pull", console -> new CommandLine(new PullCommand(console)));
    commands.put("bench", BenchCommand::withSides);
    commands.put("compare", console -> new CommandLine(new CompareCommand(console)));
    commands.put("bridge", BridgeCommand::withPatterns);
    commands.put("echo", EchoCommand::withSides);
    commands.put("queue", QueueCommand::withParts);
    commands.put("ticker", TickerCommand::withSides);
    commands.put("daytime", DaytimeCommand::withSides);
    commands.put("bump", console -> new CommandLine(new BumpCommand(console)));
    commands.put("certs", console -> new CommandLine(new CertsCommand(console)));
    return commands;
  }

  /**
   * Runs one command and ends the process with its exit code.
   *
   * @param arguments the command and its options, as typed
   */
  public static void main(String[] arguments) {
    System.exit(commandLine(Console.ofProcess(), arguments).execute(arguments));
  }

  /** The command that these arguments call for; one for each run. */
  static CommandLine commandLine(Console console, String... arguments) {
    CommandLine root = new CommandLine(new Main());
    Map<String, Function<Console, CommandLine>> commands = commands();
    if (arguments.length > 0 && commands.containsKey(arguments[0])) {
      // Reading the options of all commands would take longer than all else at the start.
      commands.keySet().retainAll(Set.of(arguments[0]));
    }
    commands.forEach((name, command) -> root.addSubcommand(name, command.apply(console)));
    Failures failures = new Failures();
    return root.setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(failures)
        .setParameterExceptionHandler(failures)
        .setErr(new PrintWriter(console.err(), true, Charset.defaultCharset()));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Which command?");
  }

  /** Reads the version that the build wrote beside the classes. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
      Properties properties = new Properties();
      try (InputStream in = Main.class.getResourceAsStream("/trefoil.properties")) {
        if (in == null) {
          throw new IOException("trefoil.properties is not on the class path");
        }
        properties.load(in);
      }
      return new String[] {"trefoil " + properties.getProperty("version")};
    }
  }
}
