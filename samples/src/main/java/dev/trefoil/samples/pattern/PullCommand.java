package dev.trefoil.samples.pattern;

import dev.trefoil.Assurance;
import dev.trefoil.Codec;
import dev.trefoil.Delivery;
import dev.trefoil.Options;
import dev.trefoil.Puller;
import dev.trefoil.samples.shared.Connections;
import dev.trefoil.samples.shared.Console;
import dev.trefoil.samples.shared.DurationConverter;
import dev.trefoil.samples.shared.Printer;
import dev.trefoil.samples.shared.Run;
import dev.trefoil.samples.shared.Tool;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code trefoil pull}: takes work and prints it. */
@Command(
    name = "pull",
    footer = {
      "",
      "Example:",
      "  trefoil pull --connect zmq://127.0.0.1:7000 --at-least-once --count 100"
    },
    description = "Take messages that pushers hand out, and print them.")
public final class PullCommand extends Tool {
  @Mixin private Connections connections = new Connections();
  @Mixin private ReceiveOptions receive = new ReceiveOptions();

  @Option(
      names = "--at-least-once",
      description = "Acknowledge each message after it is written and flushed.")
  private boolean atLeastOnce;

  @Option(
      names = "--delay",
      paramLabel = "D",
      converter = DurationConverter.class,
      description = "The time that each message is worked on before it is printed.")
  private Duration delay = Duration.ZERO;

  public PullCommand(Console console) {
    super(console);
  }

  @Override
  protected void work(Run run) throws Exception {
    Options options =
        receive
            .limitQueue(run.options())
            .assurance(atLeastOnce ? Assurance.AT_LEAST_ONCE : Assurance.AT_MOST_ONCE)
            .build();
    Puller<byte[]> puller = run.messaging().puller(Codec.bytes(), options);
    connections.open(puller, run);
    receive.each(run, puller::receive, (delivery, printer) -> takeOn(delivery, printer, run));
  }

  private void takeOn(Delivery<byte[]> delivery, Printer printer, Run run)
      throws InterruptedException {
    if (!run.work(delay)) {
      return; // stopped in the middle: not acknowledged, so another puller gets it
    }
    byte[] payload = delivery.value();
    printer.print(payload);
    if (atLeastOnce) {
      printer.flush();
      delivery.acknowledge();
    }
    run.tally().add(payload.length);
  }

  @Override
  protected String summary(Run run) {
    return "received " + run.tally();
  }

  @Override
  protected boolean showsLife() {
    return !console().outIsTerminal();
  }
}
