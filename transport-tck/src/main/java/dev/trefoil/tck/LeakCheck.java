package dev.trefoil.tck;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.AssertionFailedError;

/**
 * Fails a test that leaves something behind: threads, descriptors, or direct memory.
 *
 * <p>Put it on a test class with {@code @ExtendWith(LeakCheck.class)}; what the test opens must be
 * closed by its end, {@code @AfterEach} methods included. It compares before and after, so it does
 * not work for tests that run at the same time as others. JUnit makes it and calls it.
 */
public final class LeakCheck implements BeforeEachCallback, AfterEachCallback {
  private static final ExtensionContext.Namespace HERE =
      ExtensionContext.Namespace.create(LeakCheck.class);

  /** How long threads and sockets may take to go after close returned. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(10);
  private static final Duration COLLECT_AGAIN = Duration.ofMillis(300);

  /**
   * How much more direct memory there may be than before the first test of this JVM. A transport
   * may keep a few buffers for the whole process, a few MiB in all; and the JDK keeps one for each
   * thread that wrote an array to a channel, until the thread ends. Since all tests together have
   * to get by with this, what each of them leaks shows before long, however little it is.
   */
  private static final long DIRECT_TOLERANCE = 6 * 1024 * 1024;

  private static final AtomicLong DIRECT_AT_FIRST = new AtomicLong(-1);

  /**
   * Threads that the JDK, JUnit and its surroundings start when they are first needed and keep:
   * they belong to nobody's transport. Names of threads that a transport may start are not among
   * them.
   */
  private static final Pattern NOT_OURS =
      Pattern.compile(
          "Common-Cleaner|Cleaner-\\d+|process reaper.*|CompletableFutureDelayScheduler"
              + "|ForkJoinPool(\\.commonPool)?-.*|VirtualThread-unparker|VirtualThread-unblocker.*"
              + "|(Read|Write|Master|Sub)-?[Pp]oller.*|awaitility.*|junit.*|surefire.*"
              + "|Attach Listener|JFR.*|RMI.*|Keep-Alive-.*|Finalizer|Reference Handler"
              + "|Notification Thread|Signal Dispatcher|DestroyJavaVM|main|ping-.*|last-ditch.*");

  /** Makes one; JUnit does. */
  public LeakCheck() {}

  @Override
  public void beforeEach(ExtensionContext context) {
    Descriptors.warmUp();
    Before before = new Before(Thread.getAllStackTraces().keySet(), Descriptors.open());
    DIRECT_AT_FIRST.compareAndSet(-1, Descriptors.direct());
    context.getStore(HERE).put("before", before);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Before before = context.getStore(HERE).get("before", Before.class);
    if (before == null) {
      return;
    }
    List<String> leaks = new ArrayList<>();
    leaks.addAll(await(() -> threads(before.threads), LOOK_AGAIN));
    leaks.addAll(await(() -> descriptors(before.descriptors), LOOK_AGAIN));
    leaks.addAll(await(() -> directMemory(DIRECT_AT_FIRST.get()), COLLECT_AGAIN));
    if (!leaks.isEmpty()) {
      throw new AssertionFailedError(
          "rule L1 is broken: close must release threads, sockets and buffers, but "
              + PATIENCE.toSeconds()
              + " s after everything was closed there is still "
              + String.join(System.lineSeparator() + "and ", leaks));
    }
  }

  private static List<String> await(Supplier<List<String>> leaks, Duration pause) {
    // Counted in looks: a time would pass even while the whole machine stands still.
    long looks = PATIENCE.dividedBy(pause);
    List<String> found = leaks.get();
    for (long i = 0; i < looks && !found.isEmpty(); i++) {
      LockSupport.parkNanos(pause.toNanos());
      found = leaks.get();
    }
    return found;
  }

  private static List<String> threads(Set<Thread> before) {
    List<String> found = new ArrayList<>();
    for (Map.Entry<Thread, StackTraceElement[]> entry : Thread.getAllStackTraces().entrySet()) {
      Thread thread = entry.getKey();
      boolean ours = !before.contains(thread) && !NOT_OURS.matcher(thread.getName()).matches();
      if (ours && thread.isAlive()) {
        found.add("a leaked thread: " + Stacks.text(thread, entry.getValue()));
      }
    }
    return found;
  }

  private static List<String> descriptors(Map<String, Integer> before) {
    List<String> found = new ArrayList<>();
    new TreeMap<>(Descriptors.open())
        .forEach(
            (kind, count) -> {
              int more = count - before.getOrDefault(kind, 0);
              if (more > Descriptors.tolerance(kind)) {
                found.add(more + " leaked descriptors of kind '" + kind + "'");
              }
            });
    return found;
  }

  private static List<String> directMemory(long before) {
    if (Descriptors.direct() - before <= DIRECT_TOLERANCE) {
      return List.of();
    }
    // A buffer that is no longer reachable is given back by the collector, which nothing else runs.
    System.gc();
    long more = Descriptors.direct() - before;
    return more <= DIRECT_TOLERANCE
        ? List.of()
        : List.of(more + " bytes of leaked direct memory, which a collection did not free");
  }

  private record Before(Set<Thread> threads, Map<String, Integer> descriptors) {}
}
