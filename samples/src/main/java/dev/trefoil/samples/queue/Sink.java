package dev.trefoil.samples.queue;

import dev.trefoil.Assurance;
import dev.trefoil.Delivery;
import dev.trefoil.ProtobufCodec;
import dev.trefoil.Puller;
import dev.trefoil.samples.queue.proto.Result;
import dev.trefoil.samples.shared.Bars;
import dev.trefoil.samples.shared.Connections;
import dev.trefoil.samples.shared.Console;
import dev.trefoil.samples.shared.FailedException;
import dev.trefoil.samples.shared.Numbers;
import dev.trefoil.samples.shared.Run;
import dev.trefoil.samples.shared.Text;
import dev.trefoil.samples.shared.Tool;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code trefoil queue sink}: collects results, each once, and shows who did the work. */
@Command(
    name = "sink",
    footer = {"", "Example:", "  trefoil queue sink --bind zmq://127.0.0.1:7032 --tasks 100"},
    description = "Collect results. Listens at " + QueueCommand.RESULTS + " unless told.")
final class Sink extends Tool {
  private static final int BAR_WIDTH = 40;

  @Mixin private Connections connections = new Connections();

  @Option(
      names = "--tasks",
      paramLabel = "N",
      converter = Numbers.PositiveNumber.class,
      description = "End when the results of N tasks are here. Default: 100.")
  private int tasks = QueueCommand.USUAL_TASKS;

  @Option(
      names = "--at-least-once",
      description = "Acknowledge results. One that comes twice counts once.")
  private boolean atLeastOnce;

  private final BitSet done = new BitSet();
  private final Map<String, Long> byWorker = new TreeMap<>();
  private int twice;

  Sink(Console console) {
    super(console);
  }

  @Override
  protected void work(Run run) throws Exception {
    Puller<Result> puller =
        run.messaging()
            .puller(
                ProtobufCodec.of(Result.parser()),
                run.options()
                    .assurance(atLeastOnce ? Assurance.AT_LEAST_ONCE : Assurance.AT_MOST_ONCE)
                    .build());
    connections.openOrBind(puller, run, QueueCommand.RESULTS);
    while (done.cardinality() < tasks) {
      Delivery<Result> result = puller.receive(run.timeout());
      if (result == null) {
        throw new FailedException(
            Text.format(
                "no result came within %s; %,d of %,d before",
                Text.of(run.timeout()), done.cardinality(), tasks));
      }
      take(result.value());
      result.acknowledge();
      run.tally().add(result.value().getSerializedSize());
    }
  }

  private void take(Result result) {
    if (done.get(result.getTask())) {
      twice++;
      return;
    }
    done.set(result.getTask());
    byWorker.merge(result.getWorker(), 1L, Long::sum);
  }

  @Override
  protected void finish(Run run) {
    Bars.chart(byWorker, BAR_WIDTH).forEach(run::note);
  }

  @Override
  protected String summary(Run run) {
    String missing = done.cardinality() < tasks ? Text.format(" of %,d", tasks) : "";
    return Text.format(
        "results of %,d%s tasks, %,d came twice; %s",
        done.cardinality(), missing, twice, run.tally());
  }
}
