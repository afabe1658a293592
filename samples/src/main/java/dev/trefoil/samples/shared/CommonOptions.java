package dev.trefoil.samples.shared;

import dev.trefoil.Options;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every command that talks can be told: time limits, sizes, metrics, silence. */
public final class CommonOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--timeout",
      paramLabel = "D",
      converter = DurationConverter.class,
      description =
          "Bounds each wait: for a reply, a message, room to send, peers, and the drain at the end."
              + " Without it, messages and peers are waited for until interrupted, replies and"
              + " room for 5 s.")
  private @Nullable Duration timeout;

  @Option(
      names = "--max-message",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "The largest message, sent or received, such as 128MiB. Default: 16MiB.")
  private @Nullable Integer maxMessage;

  @Option(
      names = "--metrics",
      paramLabel = "PORT",
      description = "Serve Prometheus text at http://127.0.0.1:PORT/metrics; 0 picks a port.")
  private @Nullable Integer metricsPort;

  @Mixin private TlsFlags tls = new TlsFlags();

  @Option(
      names = "--quiet",
      description = "No live line, no notes, no summary: only bound endpoints and errors.")
  private boolean quiet;

  /** The limit that the user set on each wait, or null. */
  public @Nullable Duration timeout() {
    if (timeout != null && timeout.isZero()) {
      throw new ParameterException(spec.commandLine(), "--timeout must be more than zero");
    }
    return timeout;
  }

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

  /** Options for a role, from what the user said. */
  Options.Builder roleOptions() {
    Options.Builder options = Options.builder();
    Options defaults = Options.defaults();
    if (maxMessage != null) {
      if (maxMessage == 0) {
        throw new ParameterException(spec.commandLine(), "--max-message must be more than zero");
      }
      options
          .maxMessageBytes(maxMessage)
          .sendQueueBytes(Math.max(defaults.sendQueueBytes(), maxMessage))
          .receiveQueueBytes(Math.max(defaults.receiveQueueBytes(), maxMessage));
    }
    tls.applyTo(options);
    Duration limit = timeout();
    if (limit != null) {
      options.requestTimeout(limit).sendTimeout(limit);
    }
    return options;
  }
}
