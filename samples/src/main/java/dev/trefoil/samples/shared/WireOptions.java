package dev.trefoil.samples.shared;

import dev.trefoil.Options;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What a command that talks to endpoints of the user's can be told: time limits, sizes, keys. */
public final class WireOptions {
  private static final List<String> ENDPOINTS = List.of("--bind", "--connect", "--from", "--to");

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

  @Mixin private TlsFlags tls = new TlsFlags();
  @Mixin private CurveFlags curve = new CurveFlags();

  /** The limit that the user set on each wait, or null. */
  public @Nullable Duration timeout() {
    if (timeout != null && timeout.isZero()) {
      throw new ParameterException(spec.commandLine(), "--timeout must be more than zero");
    }
    return timeout;
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
    if (tls.given()) {
      checkAnyEndpoint("--tls-…", "raw+tls:// or sp+tls://", uri -> uri.contains("+tls://"));
      tls.applyTo(options);
    }
    if (curve.given()) {
      checkAnyEndpoint("--curve-…", "zmq://", uri -> uri.contains("zmq://"));
      curve.applyTo(options);
    }
    Duration limit = timeout();
    if (limit != null) {
      options.requestTimeout(limit).sendTimeout(limit);
    }
    return options;
  }

  /** Keys that protect nothing are a mistake that nobody would notice. */
  private void checkAnyEndpoint(String flags, String schemes, Predicate<String> fits) {
    for (String name : ENDPOINTS) {
      OptionSpec option = spec.findOption(name);
      Object typed = option == null ? null : option.getValue();
      if (typed instanceof Collection<?> uris
          && uris.stream().map(String::valueOf).anyMatch(fits)) {
        return;
      }
    }
    throw new ParameterException(
        spec.commandLine(), flags + " is for " + schemes + ", and no endpoint here is such a one");
  }
}
