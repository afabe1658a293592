package dev.trefoil.samples.queue;

import dev.trefoil.Assurance;
import dev.trefoil.ProtobufCodec;
import dev.trefoil.Pusher;
import dev.trefoil.samples.queue.proto.Task;
import dev.trefoil.samples.shared.Bars;
import dev.trefoil.samples.shared.Connections;
import dev.trefoil.samples.shared.Console;
import dev.trefoil.samples.shared.DurationConverter;
import dev.trefoil.samples.shared.FailedException;
import dev.trefoil.samples.shared.Numbers;
import dev.trefoil.samples.shared.Run;
import dev.trefoil.samples.shared.Text;
import dev.trefoil.samples.shared.Tool;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code trefoil queue ventilator}: hands out tasks, and shows how far they are. */
@Command(
    name = "ventilator",
    footer = {"", "Example:", "  trefoil queue ventilator --bind zmq://127.0.0.1:7031 --tasks 100"},
    description = "Hand out tasks to workers. Listens at " + QueueCommand.TASKS + " unless told.")
final class Ventilator extends Tool {
  private static final int BAR_WIDTH = 40;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Mixin private Connections connections = new Connections();

  @Option(
      names = "--tasks",
      paramLabel = "N",
      converter = Numbers.PositiveNumber.class,
      description = "How many tasks to hand out. Default: 100.")
  private int tasks = QueueCommand.USUAL_TASKS;

  @Option(
      names = "--work",
      paramLabel = "D",
      converter = DurationConverter.class,
      description = "The longest that a task takes; each takes some part of it. Default: 100ms.")
  private Duration work = Duration.ofMillis(100);

  @Option(
      names = "--wait-workers",
      paramLabel = "N",
      converter = Numbers.WholeNumber.class,
      description = "Wait for N workers before the first task. Default: 1.")
  private int waitWorkers = 1;

  @Option(
      names = "--at-least-once",
      description = "Hand a task out again when its worker is lost; end when all are done.")
  private boolean atLeastOnce;

  private final AtomicInteger done = new AtomicInteger();
  private final AtomicInteger lost = new AtomicInteger();
  private @Nullable Pusher<Task> pusher;

  Ventilator(Console console) {
    super(console);
  }

  @Override
  protected void work(Run run) throws Exception {
    Pusher<Task> opened =
        run.messaging()
            .pusher(
                ProtobufCodec.of(Task.parser()),
                run.options()
                    .sendTimeout(run.timeoutOr(PATIENCE))
                    .assurance(atLeastOnce ? Assurance.AT_LEAST_ONCE : Assurance.AT_MOST_ONCE)
                    .build());
    pusher = opened;
    connections.openOrBind(opened, run, QueueCommand.TASKS);
    run.note("waiting for " + waitWorkers + (waitWorkers == 1 ? " worker" : " workers"));
    run.awaitPeers(opened, waitWorkers);
    Random random = new Random();
    for (int number = 1; number <= tasks; number++) {
      int micros = (int) (random.nextDouble() * work.toNanos() / 1_000);
      Task task = Task.newBuilder().setNumber(number).setMicros(micros).build();
      handOut(task, opened, run);
      run.tally().add(task.getSerializedSize());
    }
    if (atLeastOnce && !opened.awaitAcknowledged(run.timeoutOr(PATIENCE))) {
      throw new FailedException(
          Text.format(
              "%,d tasks were not done within %s",
              opened.unacknowledged(), Text.of(run.timeoutOr(PATIENCE))));
    }
  }

  /** Progress is what workers have done, where they say so; else what was handed out. */
  private void handOut(Task task, Pusher<Task> pusher, Run run) throws InterruptedException {
    if (atLeastOnce) {
      var unused =
          pusher
              .pushAcknowledged(task)
              .whenComplete(
                  (nothing, failure) -> {
                    if (failure == null) {
                      showProgress(done.incrementAndGet(), run);
                    } else {
                      lost.incrementAndGet();
                    }
                  });
    } else {
      pusher.push(task);
      showProgress(done.incrementAndGet(), run);
    }
  }

  private void showProgress(int count, Run run) {
    if (run.showsProgress()) {
      run.console()
          .live((atLeastOnce ? "done " : "handed out ") + Bars.progress(count, tasks, BAR_WIDTH));
    }
  }

  @Override
  protected void finish(Run run) throws Exception {
    if (run.showsProgress()) {
      run.console().live("");
    }
    if (pusher != null) {
      run.drain(pusher);
    }
    if (lost.get() > 0 && !run.stopped()) {
      throw new FailedException(Text.format("%,d tasks were given up", lost.get()));
    }
  }

  @Override
  protected String summary(Run run) {
    return "handed out " + run.tally() + (atLeastOnce ? Text.format("; %,d done", done.get()) : "");
  }

  /** The progress bar is its sign of life. */
  @Override
  protected boolean showsLife() {
    return false;
  }
}
