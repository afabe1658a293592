package dev.trefoil.benchmarks.harness;

import dev.trefoil.benchmarks.contest.Contestants;
import dev.trefoil.benchmarks.contest.Flow;
import dev.trefoil.benchmarks.contest.Work;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs one contestant once, in two processes, and reads the figures off it. */
final class Trial {
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(50);

  /** One may have been on its way when the sample at the beginning was taken. */
  private static final int FEWEST_MESSAGES = 2;

  private final Pace pace;
  private final Starter starter;
  private final Observer observer;

  /** Starts one side. */
  @FunctionalInterface
  interface Starter {
    ChildProcess start(boolean server, String address, Work work) throws IOException;
  }

  /** Looks at both processes while what they do counts. */
  interface Observer {
    Observer NONE =
        new Observer() {
          @Override
          public void begin(List<Long> processes) {}

          @Override
          public void end() {}

          @Override
          public void collect() {}
        };

    void begin(List<Long> processes) throws IOException;

    void end() throws IOException, InterruptedException;

    /** What takes its time: the processes still run, but nothing counts any more. */
    void collect() throws IOException, InterruptedException, TrialException;
  }

  Trial(Pace pace, List<String> javaOptions) {
    this(pace, javaOptions, Observer.NONE);
  }

  Trial(Pace pace, List<String> javaOptions, Observer observer) {
    this(
        pace,
        (server, address, work) ->
            ChildProcess.start(server, address, work, pace.limit(), javaOptions),
        observer);
  }

  Trial(Pace pace, Starter starter, Observer observer) {
    this.pace = pace;
    this.starter = starter;
    this.observer = observer;
  }

  /** What both sides did between begin and end. */
  private record Measured(Sample server, Sample client, Map<String, Long> latencies) {}

  Map<Metric, Double> run(Work work) throws TrialException, IOException, InterruptedException {
    Flow flow = Contestants.flow(work.contestant());
    try (ChildProcess server = starter.start(true, "-", work)) {
      String address = server.await("ready", Pace.SETUP).rest();
      Sample empty = flow == Flow.IDLE ? sample(server, "memory") : null;
      try (ChildProcess client = starter.start(false, address, work)) {
        client.await("ready", Pace.SETUP);
        Map<Metric, Double> metrics = new EnumMap<>(Metric.class);
        if (empty != null && empty.resident() >= 0) {
          Sample grown = sample(server, "memory").since(empty);
          metrics.put(Metric.CONNECTION_MEMORY, grown.resident() / (double) idle(work));
        }
        read(work, flow, measure(flow, server, client), metrics);
        checkFinite(metrics);
        return metrics;
      }
    }
  }

  private static int idle(Work work) throws TrialException {
    int idle = work.number("idle", 0);
    if (idle == 0) {
      throw new TrialException(work + " says nothing of idle connections");
    }
    return idle;
  }

  /** One figure that is none would spoil the medians of all the others. */
  private static void checkFinite(Map<Metric, Double> metrics) throws TrialException {
    for (Map.Entry<Metric, Double> metric : metrics.entrySet()) {
      if (!Double.isFinite(metric.getValue())) {
        throw new TrialException("its " + metric.getKey() + " is " + metric.getValue());
      }
    }
  }

  private Measured measure(Flow flow, ChildProcess server, ChildProcess client)
      throws TrialException, IOException, InterruptedException {
    for (ChildProcess child : List.of(server, client)) {
      child.tell("prepare");
      child.await("prepared", Pace.SETUP);
    }
    server.tell("go");
    client.tell("go");
    pause(pace.warmUp(flow), server, client);
    Sample serverBegin = sample(server, "begin");
    Sample clientBegin = sample(client, "begin");
    observer.begin(List.of(server.id(), client.id()));
    pause(pace.measured(flow), server, client);
    observer.end();
    if (flow != Flow.IDLE) {
      boolean atServer = flow.serverCounts();
      awaitMessages(atServer ? server : client, atServer ? serverBegin : clientBegin);
    }
    Sample serverEnd = sample(server, "end");
    Sample clientEnd = sample(client, "end");
    observer.collect();
    ChildProcess driver = flow.serverDrives() ? server : client;
    ChildProcess other = flow.serverDrives() ? client : server;
    Map<String, Long> driverDone = stop(driver);
    Map<String, Long> otherDone = stop(other);
    return new Measured(
        serverEnd.since(serverBegin),
        clientEnd.since(clientBegin),
        flow.serverDrives() ? otherDone : driverDone);
  }

  /** On a machine that does other things a short trial may need longer for its first messages. */
  private static void awaitMessages(ChildProcess counting, Sample begin)
      throws TrialException, InterruptedException {
    long deadline = System.nanoTime() + Pace.ANSWER.toNanos();
    while (sample(counting, "look").since(begin).count() < FEWEST_MESSAGES) {
      if (System.nanoTime() > deadline) {
        throw new TrialException("hardly any message arrived while it was measured");
      }
      pause(LOOK_INTERVAL, counting);
    }
  }

  private static Map<String, Long> stop(ChildProcess child)
      throws TrialException, InterruptedException {
    child.tell("stop");
    return child.await("done", Pace.ANSWER).numbers();
  }

  private static Sample sample(ChildProcess child, String command)
      throws TrialException, InterruptedException {
    child.tell(command);
    return Sample.parse(child.await("sample", Pace.ANSWER));
  }

  /** Lets the contestants run, and notices if one of them does not any more. */
  private static void pause(Duration time, ChildProcess... children)
      throws TrialException, InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      Thread.sleep(Duration.ofNanos(Math.min(left, LOOK_INTERVAL.toNanos())).toMillis() + 1);
      for (ChildProcess child : children) {
        child.checkQuiet();
      }
    }
  }

  private static void read(Work work, Flow flow, Measured measured, Map<Metric, Double> metrics) {
    Sample server = measured.server;
    metrics.put(Metric.SERVER_LOAD, 100 * server.perSecond(server.cpu()) / 1e9);
    if (flow == Flow.IDLE) {
      return;
    }
    if (flow == Flow.PUBLISH && server.count() > 0) {
      metrics.put(Metric.PUBLISHER_CPU, (double) server.cpu() / server.count());
    }
    Sample client = measured.client;
    Sample counted = flow.serverCounts() ? server : client;
    double rate = counted.perSecond(counted.count());
    metrics.put(Metric.RATE, rate);
    metrics.put(Metric.BYTES_RATE, rate * work.size());
    metrics.put(Metric.SERVER_CPU, server.perSecond(server.cpu()) / rate);
    metrics.put(
        Metric.CPU, (server.perSecond(server.cpu()) + client.perSecond(client.cpu())) / rate);
    metrics.put(Metric.SERVER_ALLOCATED, server.perSecond(server.allocated()) / rate);
    metrics.put(Metric.CLIENT_ALLOCATED, client.perSecond(client.allocated()) / rate);
    put(metrics, Metric.P50, measured.latencies.get("p50"));
    put(metrics, Metric.P90, measured.latencies.get("p90"));
    put(metrics, Metric.P99, measured.latencies.get("p99"));
    put(metrics, Metric.P999, measured.latencies.get("p999"));
    put(metrics, Metric.MAX, measured.latencies.get("max"));
  }

  private static void put(Map<Metric, Double> metrics, Metric metric, @Nullable Long value) {
    if (value != null) {
      metrics.put(metric, value.doubleValue());
    }
  }
}
