package dev.trefoil.samples.shared;

import picocli.CommandLine.Mixin;

/** A command that talks to endpoints of the user's. */
public abstract class Tool extends BareTool {
  @Mixin private WireOptions wire = new WireOptions();

  protected Tool(Console console) {
    super(console);
  }

  @Override
  final WireOptions wire() {
    return wire;
  }
}
