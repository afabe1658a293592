package dev.trefoil.samples;

import dev.trefoil.samples.bench.BenchCommand;
import dev.trefoil.samples.bridge.BridgeCommand;
import dev.trefoil.samples.certs.CertsCommand;
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
import java.util.Properties;
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

  /**
   * Runs one command and ends the process with its exit code.
   *
   * @param arguments the command and its options, as typed
   */
  public static void main(String[] arguments) {
    System.exit(commandLine(Console.ofProcess()).execute(arguments));
  }

  /** The command with everything below it; one for each run. */
  static CommandLine commandLine(Console console) {
    Failures failures = new Failures();
    return new CommandLine(new Main())
        .addSubcommand(new RepCommand(console))
        .addSubcommand(new ReqCommand(console))
        .addSubcommand(new PubCommand(console))
        .addSubcommand(new SubCommand(console))
        .addSubcommand(new PushCommand(console))
        .addSubcommand(new PullCommand(console))
        .addSubcommand(BenchCommand.withSides(console))
        .addSubcommand(BridgeCommand.withPatterns(console))
        .addSubcommand(EchoCommand.withSides(console))
        .addSubcommand(QueueCommand.withParts(console))
        .addSubcommand(TickerCommand.withSides(console))
        .addSubcommand(DaytimeCommand.withSides(console))
        .addSubcommand(new CertsCommand(console))
        .setCaseInsensitiveEnumValuesAllowed(true)
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
