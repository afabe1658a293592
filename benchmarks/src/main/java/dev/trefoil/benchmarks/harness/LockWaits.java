package dev.trefoil.benchmarks.harness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * Has the flight recorder of two processes write down each wait of a thread for a lock, however
 * short: threads parked by a lock, not by a condition, and threads that wait for a monitor. Used by
 * one thread.
 */
final class LockWaits implements Trial.Observer {
  static final String RECORDING = "locks";
  private static final String PARKED = "jdk.ThreadPark";
  private static final String MONITOR = "jdk.JavaMonitorEnter";
  private static final String LOCKS = "java.util.concurrent.locks.Reentrant";
  private static final long SECONDS_TO_DUMP = 60;

  private final Path folder;
  private List<Long> processes = List.of();
  private Instant begin = Instant.MIN;
  private Instant end = Instant.MIN;
  private long waits;

  /** Makes one that keeps recordings in a folder. */
  LockWaits(Path folder) {
    this.folder = folder;
  }

  /** What is recorded, as the flight recorder takes it. */
  static String settings() {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<configuration version=\"2.0\">\n"
        + event(PARKED)
        + event(MONITOR)
        + "</configuration>\n";
  }

  /** What the processes must be started with. */
  List<String> javaOptions() throws IOException {
    Path settings = folder.resolve("settings.jfc");
    Files.writeString(settings, settings());
    return List.of(
        "-Xlog:disable",
        "-Xlog:all=error:stderr",
        "-XX:FlightRecorderOptions:repository=" + folder.resolve("repository"),
        "-XX:StartFlightRecording:name=" + RECORDING + ",settings=" + settings);
  }

  private static String event(String name) {
    return "<event name=\""
        + name
        + "\"><setting name=\"enabled\">true</setting>"
        + "<setting name=\"stackTrace\">false</setting>"
        + "<setting name=\"threshold\">0 ns</setting></event>\n";
  }

  @Override
  public void begin(List<Long> both) {
    processes = both;
    begin = Instant.now();
  }

  @Override
  public void end() {
    end = Instant.now();
  }

  @Override
  public void collect() throws IOException, InterruptedException, TrialException {
    waits = 0;
    for (long process : processes) {
      Path file = folder.resolve(process + ".jfr");
      dump(process, file);
      waits += count(file);
      Files.delete(file);
    }
  }

  /** Waits for locks between begin and end, in all processes together. */
  long waits() {
    return waits;
  }

  /** The same for each second. */
  double perSecond() {
    return waits * 1e9 / Duration.between(begin, end).toNanos();
  }

  private static void dump(long process, Path file)
      throws IOException, InterruptedException, TrialException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Process running =
        new ProcessBuilder(
                jcmd.toString(),
                String.valueOf(process),
                "JFR.dump",
                "name=" + RECORDING,
                "filename=" + file)
            .redirectErrorStream(true)
            .start();
    String said = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!running.waitFor(SECONDS_TO_DUMP, TimeUnit.SECONDS)
        || running.exitValue() != 0
        || !Files.exists(file)) {
      running.destroyForcibly();
      throw new TrialException("the recording of process " + process + " is missing: " + said);
    }
  }

  private long count(Path file) throws IOException {
    long waits = 0;
    try (RecordingFile recording = new RecordingFile(file)) {
      while (recording.hasMoreEvents()) {
        RecordedEvent event = recording.readEvent();
        boolean counts = event.getStartTime().isAfter(begin) && event.getEndTime().isBefore(end);
        waits += counts && isForLock(event) ? 1 : 0;
      }
    }
    return waits;
  }

  private static boolean isForLock(RecordedEvent event) {
    if (event.getEventType().getName().equals(MONITOR)) {
      return true;
    }
    return event.getEventType().getName().equals(PARKED)
        && event.getClass("parkedClass") != null
        && event.getClass("parkedClass").getName().startsWith(LOCKS);
  }
}
