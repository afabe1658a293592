package dev.trefoil.samples.pattern;

import dev.trefoil.Codec;
import dev.trefoil.Delivery;
import dev.trefoil.Subscriber;
import dev.trefoil.samples.shared.Connections;
import dev.trefoil.samples.shared.Console;
import dev.trefoil.samples.shared.Printer;
import dev.trefoil.samples.shared.Run;
import dev.trefoil.samples.shared.Text;
import dev.trefoil.samples.shared.Tool;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code trefoil sub}: prints what is published under some topics. */
@Command(
    name = "sub",
    footer = {
      "",
      "Example:",
      "  trefoil sub --connect raw://127.0.0.1:7000 --topic news --show-topic"
    },
    description = "Print what publishers send under topics.")
public final class SubCommand extends Tool {
  @Mixin private Connections connections = new Connections();
  @Mixin private ReceiveOptions receive = new ReceiveOptions();

  @Option(
      names = "--topic",
      paramLabel = "T",
      description = "Want topics that begin so; repeat for more. None: every topic.")
  private List<String> topics = new ArrayList<>();

  @Option(names = "--show-topic", description = "Print the topic and a space before each payload.")
  private boolean showTopic;

  private long missed;

  public SubCommand(Console console) {
    super(console);
  }

  @Override
  protected void work(Run run) throws Exception {
    Subscriber<byte[]> subscriber =
        run.messaging().subscriber(Codec.bytes(), run.options().build());
    for (String topic : topics.isEmpty() ? List.of("") : topics) {
      subscriber.subscribe(topic);
    }
    connections.open(subscriber, run);
    receive.each(run, subscriber::receive, (delivery, printer) -> show(delivery, printer, run));
  }

  private void show(Delivery<byte[]> delivery, Printer printer, Run run) {
    byte[] payload = delivery.value();
    if (showTopic) {
      printer.print(delivery.topic(), payload);
    } else {
      printer.print(payload);
    }
    missed += delivery.missed();
    run.tally().add(payload.length);
  }

  @Override
  protected String summary(Run run) {
    return "received " + run.tally() + (missed == 0 ? "" : Text.format("; missed %,d", missed));
  }

  @Override
  protected boolean showsLife() {
    return !console().outIsTerminal();
  }
}
