package dev.trefoil.benchmarks.harness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
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

  private static final String DURATION = "duration_time";
  private static final long SECONDS_TO_END = 10;

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

  /** What is in each line of {@link #perSecond}. */
  static List<String> names() {
    return List.copyOf(EVENTS.values());
  }

  @Override
  public void begin(List<Long> processes) throws IOException {
    List<String> command = new ArrayList<>(List.of("perf", "stat", "-x", ",", "-e"));
    command.add(DURATION + "," + String.join(",", EVENTS.keySet()));
    command.add("-p");
    command.add(processes.stream().map(String::valueOf).collect(Collectors.joining(",")));
    perf = new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  @Override
  public void end() throws IOException, InterruptedException {
    // It writes what it has when it is interrupted as by a user; Java's own signal loses it.
    new ProcessBuilder("kill", "-INT", String.valueOf(running().pid())).start().waitFor();
  }

  private Process running() {
    Process running = perf;
    if (running == null) {
      throw new IllegalStateException("it has not begun");
    }
    return running;
  }

  @Override
  public void collect() throws IOException, InterruptedException, TrialException {
    Process running = running();
    perf = null;
    if (!running.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
      running.destroyForcibly();
      throw new TrialException("perf does not end");
    }
    perSecond = parse(new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
  }

  /** Counts for each second of both processes together, by the names here. */
  Map<String, Double> perSecond() {
    return perSecond;
  }

  static Map<String, Double> parse(String output) throws TrialException {
    Map<String, Double> counts = new LinkedHashMap<>();
    for (String line : output.lines().toList()) {
      String[] fields = line.split(",", -1);
      if (fields.length > 2 && fields[0].matches("\\d+(\\.\\d+)?")) {
        counts.put(fields[2], Double.parseDouble(fields[0]));
      }
    }
    Double nanos = counts.get(DURATION);
    if (nanos == null || nanos == 0 || !counts.keySet().containsAll(EVENTS.keySet())) {
      throw new TrialException(
          "perf counts no system calls here (it may need root): " + output.strip());
    }
    Map<String, Double> perSecond = new LinkedHashMap<>();
    EVENTS.forEach(
        (event, name) -> perSecond.put(name, counts.getOrDefault(event, 0.0) * 1e9 / nanos));
    return perSecond;
  }
}
