package dev.trefoil.benchmarks.harness;

import dev.trefoil.benchmarks.contest.SideMain;
import dev.trefoil.benchmarks.contest.Work;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One side of a trial as a JVM of its own. Used by one thread; closing it kills the process, which
 * also dies by itself when its time is up or when this one is gone.
 *
 * <p>{@link #lock} guards the last lines of standard error, {@link #LIVING_LOCK} the processes that
 * this JVM kills when it ends. It takes that lock for good then: nothing is started or judged any
 * more, so that what an interrupt did to a contestant is not told as its failure.
 */
final class ChildProcess implements AutoCloseable {
  private static final int LINES_KEPT = 20;
  private static final int REPLIES_KEPT = 100;
  private static final Duration TO_DIE = Duration.ofSeconds(5);
  private static final Duration TO_START = Duration.ofSeconds(30);
  private static final String END = "end-of-output";

  /** An exit code above it is that plus the signal that ended the process. */
  private static final int BY_SIGNAL = 128;

  /** Hang-up, interrupt, termination: they are sent to whole groups of processes, as by Ctrl-C. */
  private static final Set<Integer> SENT_TO_GROUPS = Set.of(1, 2, 15);

  /** For this JVM's own end to begin, if a contestant has got the same signal a little earlier. */
  private static final Duration TO_BE_ENDED = Duration.ofSeconds(1);

  private static final ReentrantLock LIVING_LOCK = new ReentrantLock();
  private static final Set<Process> LIVING = new HashSet<>();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(ChildProcess::killAll, "reaper"));
  }

  private final String name;
  private final Process process;
  private final Writer commands;
  private final BlockingQueue<Reply> replies = new ArrayBlockingQueue<>(REPLIES_KEPT);
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<String> errors = new ArrayDeque<>();
  private final List<Thread> readers = new ArrayList<>();

  private ChildProcess(String name, Process process) {
    this.name = name;
    this.process = process;
    this.commands = process.outputWriter(StandardCharsets.UTF_8);
  }

  private static void killAll() {
    LIVING_LOCK.lock();
    LIVING.forEach(Process::destroyForcibly);
  }

  /** Starts one side of a trial. An option may say another class path. */
  static ChildProcess start(
      boolean server, String address, Work work, Duration limit, List<String> javaOptions)
      throws IOException {
    List<String> command = java(javaOptions);
    command.add(SideMain.class.getName());
    command.add(String.valueOf(limit.toSeconds()));
    command.add(server ? "server" : "client");
    command.add(address);
    command.addAll(work.words());
    String name = (server ? "server" : "client") + " of " + work;
    return start(name, command);
  }

  static ChildProcess start(String name, List<String> command) throws IOException {
    ChildProcess child = new ChildProcess(name, launch(command));
    child.read(child.process.getInputStream(), child::hear, () -> child.hear(END));
    child.read(child.process.getErrorStream(), child::keep, () -> {});
    return child;
  }

  private static Process launch(List<String> command) throws IOException {
    LIVING_LOCK.lock();
    try {
      Process process = new ProcessBuilder(command).start();
      LIVING.add(process);
      return process;
    } finally {
      LIVING_LOCK.unlock();
    }
  }

  private static void forget(Process process) {
    LIVING_LOCK.lock();
    try {
      LIVING.remove(process);
    } finally {
      LIVING_LOCK.unlock();
    }
  }

  private static List<String> java(List<String> javaOptions) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.add("-XX:-UsePerfData");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.addAll(javaOptions);
    return command;
  }

  /** Fails, with what it said, if a JVM does not start with these options, or talks then. */
  static void check(List<String> javaOptions)
      throws TrialException, IOException, InterruptedException {
    List<String> command = java(javaOptions);
    command.add("-version");
    try (ChildProcess child = start("a JVM with " + javaOptions, command)) {
      child.await(END, TO_START);
      String end = child.end();
      if (!end.equals("ended with code 0")) {
        throw new TrialException(child.name + " " + end + ": " + String.join(" ", child.errors()));
      }
    }
  }

  private void read(InputStream in, Consumer<String> line, Runnable atEnd) {
    Thread thread =
        new Thread(
            () -> {
              try (BufferedReader reader =
                  new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
                reader.lines().forEach(line);
              } catch (IOException | UncheckedIOException e) {
                keep("its output could not be read: " + e.getMessage());
              }
              atEnd.run();
            },
            "output of " + name);
    thread.setDaemon(true);
    thread.start();
    readers.add(thread);
  }

  private void hear(String line) {
    if (!replies.offer(Reply.parse(line))) {
      keep("it said more than anybody asked for: " + line);
    }
  }

  private void keep(String line) {
    lock.lock();
    try {
      if (errors.size() == LINES_KEPT) {
        errors.remove();
      }
      errors.add(line);
    } finally {
      lock.unlock();
    }
  }

  void tell(String command) throws TrialException {
    try {
      commands.write(command + "\n");
      commands.flush();
    } catch (IOException e) {
      throw failure("is gone, so it could not be told to " + command);
    }
  }

  /** Waits for a line that begins with this word. */
  Reply await(String word, Duration timeout) throws TrialException, InterruptedException {
    Reply reply = replies.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
    if (reply == null) {
      throw failure("did not say '" + word + "' within " + timeout.toMillis() + " ms");
    }
    if (!reply.word().equals(word)) {
      throw unexpected(reply);
    }
    return reply;
  }

  /** Fails if the process has said or done anything that it was not asked for. */
  void checkQuiet() throws TrialException, InterruptedException {
    Reply reply = replies.poll();
    if (reply != null) {
      throw unexpected(reply);
    }
  }

  private TrialException unexpected(Reply reply) throws InterruptedException {
    if (reply.word().equals("failed")) {
      return new TrialException(name + ": " + reply.rest());
    }
    if (reply.word().equals(END)) {
      return failure(end());
    }
    return failure("said out of turn: " + reply.word() + " " + reply.rest());
  }

  /** How a process ended that has closed its output. */
  private String end() throws InterruptedException {
    if (!process.waitFor(TO_DIE.toMillis(), TimeUnit.MILLISECONDS)) {
      return "closed its output";
    }
    int code = process.exitValue();
    return code > BY_SIGNAL
        ? "was killed by signal " + (code - BY_SIGNAL)
        : "ended with code " + code + SideMain.meaning(code);
  }

  private TrialException failure(String what) {
    String last = lastError();
    return new TrialException(name + " " + what + (last == null ? "" : " (" + last + ")"));
  }

  private @Nullable String lastError() {
    lock.lock();
    try {
      return errors.peekLast();
    } finally {
      lock.unlock();
    }
  }

  /** The last lines of its standard error, for whoever looks for the cause. */
  List<String> errors() {
    lock.lock();
    try {
      return List.copyOf(errors);
    } finally {
      lock.unlock();
    }
  }

  long id() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() throws IOException {
    boolean interrupted =
        !process.isAlive() && SENT_TO_GROUPS.contains(process.exitValue() - BY_SIGNAL);
    process.destroyForcibly();
    try {
      if (interrupted) {
        Thread.sleep(TO_BE_ENDED.toMillis());
      }
      if (!process.waitFor(TO_DIE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException(name + " could not be killed");
      }
      for (Thread reader : readers) {
        reader.join(TO_DIE.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      forget(process);
    }
  }
}
