package dev.trefoil.samples.shared;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every command that runs roles can be told: metrics, silence. */
public final class CommonOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--metrics",
      paramLabel = "PORT",
      description = "Serve Prometheus text at http://127.0.0.1:PORT/metrics; 0 picks a port.")
  private @Nullable Integer metricsPort;

  @Option(
      names = "--quiet",
      description = "No live line, no notes, no summary: only bound endpoints and errors.")
  private boolean quiet;

  @Nullable Integer metricsPort() {
    if (metricsPort != null && (metricsPort < 0 || metricsPort > 65_535)) {
      throw new ParameterException(spec.commandLine(), "--metrics must be a port: 0 to 65535");
    }
    return metricsPort;
  }

  boolean quiet() {
    return quiet;
  }

  /** The command's name as it was typed, without {@code trefoil}. */
  String commandName() {
    String name = spec.qualifiedName();
    return name.substring(name.indexOf(' ') + 1);
  }
}
