package dev.trefoil.samples.queue;

import dev.trefoil.Assurance;
import dev.trefoil.Delivery;
import dev.trefoil.Options;
import dev.trefoil.ProtobufCodec;
import dev.trefoil.Puller;
import dev.trefoil.Pusher;
import dev.trefoil.samples.queue.proto.Result;
import dev.trefoil.samples.queue.proto.Task;
import dev.trefoil.samples.shared.Console;
import dev.trefoil.samples.shared.FailedException;
import dev.trefoil.samples.shared.FromTo;
import dev.trefoil.samples.shared.Run;
import dev.trefoil.samples.shared.Text;
import dev.trefoil.samples.shared.Tool;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code trefoil queue worker}: does tasks, one after the other, until it is interrupted. */
@Command(
    name = "worker",
    footer = {
      "",
      "Example:",
      "  trefoil queue worker --name ann --from zmq://127.0.0.1:7031 --to zmq://127.0.0.1:7032"
    },
    description =
        "Do tasks. Takes them --from "
            + QueueCommand.TASKS
            + " and sends results --to "
            + QueueCommand.RESULTS
            + " unless told.")
final class Worker extends Tool {
  /** A worker that hoards tasks keeps them from the others. */
  private static final int AHEAD = 2;

  private static final Duration UNTIL_STOPPED = Duration.ofDays(365);

  @Mixin private FromTo sides = new FromTo();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "What the sink calls it. Default: worker- and the process's number.")
  private String name = "worker-" + ProcessHandle.current().pid();

  @Option(
      names = "--at-least-once",
      description = "Acknowledge a task when the sink has acknowledged its result.")
  private boolean atLeastOnce;

  private @Nullable Pusher<Result> results;

  Worker(Console console) {
    super(console);
  }

  @Override
  protected void work(Run run) throws Exception {
    Options options =
        run.options()
            .assurance(atLeastOnce ? Assurance.AT_LEAST_ONCE : Assurance.AT_MOST_ONCE)
            .prefetch(AHEAD)
            .receiveQueueMessages(AHEAD)
            .sendTimeout(run.timeoutOr(UNTIL_STOPPED))
            .build();
    Pusher<Result> sink = run.messaging().pusher(ProtobufCodec.of(Result.parser()), options);
    results = sink;
    Puller<Task> tasks = run.messaging().puller(ProtobufCodec.of(Task.parser()), options);
    FromTo.connectOrOpen(sink, sides.to(), QueueCommand.RESULTS, run);
    FromTo.connectOrOpen(tasks, sides.from(), QueueCommand.TASKS, run);
    while (!run.stopped()) {
      Delivery<Task> task = tasks.receive(run.timeout());
      if (task == null) {
        throw new FailedException("no task came within " + Text.of(run.timeout()));
      }
      if (!run.work(Duration.ofNanos(task.value().getMicros() * 1_000L))) {
        return; // not acknowledged, so that another worker gets it
      }
      handIn(task, sink);
      run.tally().add(task.value().getSerializedSize());
    }
  }

  private void handIn(Delivery<Task> task, Pusher<Result> sink) throws InterruptedException {
    Result result = Result.newBuilder().setTask(task.value().getNumber()).setWorker(name).build();
    if (!atLeastOnce) {
      sink.push(result);
      return;
    }
    var unused =
        sink.pushAcknowledged(result)
            .whenComplete(
                (nothing, failure) -> {
                  if (failure == null) {
                    task.acknowledge();
                  } else {
                    task.refuse(String.valueOf(failure.getMessage()));
                  }
                });
  }

  @Override
  protected void finish(Run run) throws Exception {
    if (results != null) {
      run.drain(results);
    }
  }

  @Override
  protected String summary(Run run) {
    return name + " did " + run.tally();
  }
}
