package dev.trefoil.samples.bridge;

import dev.trefoil.samples.shared.Console;
import dev.trefoil.samples.shared.FromTo;
import dev.trefoil.samples.shared.Run;
import dev.trefoil.samples.shared.Tool;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the three bridges share: two sides, and no end but an interrupt. */
abstract class Bridge extends Tool {
  static final Duration UNTIL_STOPPED = Duration.ofDays(365);

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private FromTo sides = new FromTo();

  Bridge(Console console) {
    super(console);
  }

  final FromTo sides() {
    if (sides.from().isEmpty() || sides.to().isEmpty()) {
      throw new ParameterException(spec.commandLine(), "give at least one --from and one --to");
    }
    return sides;
  }

  @Override
  protected String summary(Run run) {
    return "passed on " + run.tally();
  }
}
