package dev.trefoil.benchmarks.harness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Has {@code perf stat} count what two processes ask of the system. Used by one thread. */
final class SystemCalls implements Trial.Observer {
  /** What is counted, by perf's name, and how it is called here. */
  private static final Map<String, String> EVENTS = events();

  private static final long SECONDS_TO_END = 10;

  private final Duration time;
  private @Nullable Process perf;
  private Map<String, Double> perSecond = Map.of();

  private static Map<String, String> events() {
    Map<String, String> events = new LinkedHashMap<>();
    events.put("context-switches", "switches");
    events.put("raw_syscalls:sys_enter", "calls");
    for (String call : List.of("write", "read", "epoll_wait", "futex")) {
      events.put("syscalls:sys_enter_" + call, call);
    }
    return events;
  }

  /** Makes one that counts for so long, from when perf is ready. */
  SystemCalls(Duration time) {
    this.time = time;
  }

  /** What is in each line of {@link #perSecond}. */
  static List<String> names() {
    return List.copyOf(EVENTS.values());
  }

  @Override
  public void begin(List<Long> processes) throws IOException {
    List<String> command = new ArrayList<>(List.of("perf", "stat", "-x", ",", "-e"));
    command.add(String.join(",", EVENTS.keySet()));
    command.add("-p");
    command.add(processes.stream().map(String::valueOf).collect(Collectors.joining(",")));
    // Its own clock, duration_time, is the sum over all threads that it looks at.
    command.addAll(List.of("--", "sleep", String.valueOf(time.toMillis() / 1e3)));
    perf = new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  @Override
  public void end() {}

  @Override
  public void collect() throws IOException, InterruptedException, TrialException {
    Process running = perf;
    if (running == null) {
      throw new IllegalStateException("it has not begun");
    }
    perf = null;
    if (!running.waitFor(time.toSeconds() + SECONDS_TO_END, TimeUnit.SECONDS)) {
      running.destroyForcibly();
      throw new TrialException("perf does not end");
    }
    String output = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    perSecond = parse(output, time);
  }

  /** Counts for each second of both processes together, by the names here. */
  Map<String, Double> perSecond() {
    return perSecond;
  }

  static Map<String, Double> parse(String output, Duration time) throws TrialException {
    Map<String, Double> counts = new LinkedHashMap<>();
    for (String line : output.lines().toList()) {
      String[] fields = line.split(",", -1);
      if (fields.length > 2 && fields[0].matches("\\d+(\\.\\d+)?")) {
        counts.put(fields[2], Double.parseDouble(fields[0]));
      }
    }
    if (!counts.keySet().containsAll(EVENTS.keySet())) {
      throw new TrialException(
          "perf counts no system calls here (it may need root): " + output.strip());
    }
    Map<String, Double> perSecond = new LinkedHashMap<>();
    EVENTS.forEach(
        (event, name) ->
            perSecond.put(name, counts.getOrDefault(event, 0.0) * 1e9 / time.toNanos()));
    return perSecond;
  }
}
