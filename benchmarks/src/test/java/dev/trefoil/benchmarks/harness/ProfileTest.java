package dev.trefoil.benchmarks.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.StringReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is counted for a message, and how it is written down. */
@Timeout(90)
class ProfileTest {
  private static final int WAITS = 20;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition condition = lock.newCondition();
  private boolean told;

  @Test
  void whatPerfCountsIsPerSecond() throws Exception {
    String output =
        """
        300,,context-switches,4000000000,100.00,,
        5000,,raw_syscalls:sys_enter,4000000000,100.00,,
        1000,,syscalls:sys_enter_write,4000000000,100.00,,
        1,,syscalls:sys_enter_read,4000000000,100.00,,
        0,,syscalls:sys_enter_epoll_wait,4000000000,100.00,,
        10,,syscalls:sys_enter_futex,4000000000,100.00,,
        """;

    assertThat(SystemCalls.parse(output, Duration.ofSeconds(2)))
        .containsEntry("switches", 150.0)
        .containsEntry("calls", 2500.0)
        .containsEntry("write", 500.0)
        .containsEntry("read", 0.5)
        .containsEntry("epoll_wait", 0.0)
        .containsEntry("futex", 5.0)
        .containsOnlyKeys(SystemCalls.names());
  }

  @Test
  void whatPerfRefusesIsSaid() {
    String output = "event syntax error: 'raw_syscalls:sys_enter': can't access trace events";

    assertThatExceptionOfType(TrialException.class)
        .isThrownBy(() -> SystemCalls.parse(output, Duration.ofSeconds(2)))
        .withMessageContaining("can't access trace events")
        .withMessageContaining("root");
  }

  @Test
  void numbersHaveTheDigitsThatSaySomething() {
    assertThat(List.of(0.0, 0.123, 0.994, 0.996, 9.94, 9.96, 1234.5))
        .map(Profile::number)
        .containsExactly("0.00", "0.12", "0.99", "1.0", "9.9", "10", "1,235");
  }

  @Test
  void waitsForLocksAreCountedAndThoseForConditionsAreNot(@TempDir Path folder) throws Exception {
    LockWaits locks = new LockWaits(folder);
    try (Recording recording =
        new Recording(Configuration.create(new StringReader(LockWaits.settings())))) {
      recording.setName(LockWaits.RECORDING);
      recording.start();
      locks.begin(List.of(ProcessHandle.current().pid()));
      for (int i = 0; i < WAITS; i++) {
        waitForLock();
        waitForCondition();
      }
      waitForMonitor();
      locks.end();
      locks.collect();
    }

    assertThat(locks.waits()).isBetween(WAITS + 1L, 2L * WAITS);
    assertThat(locks.perSecond()).isPositive();
  }

  private void waitForLock() throws InterruptedException {
    Thread waiting = new Thread(this::lockAndUnlock, "waits for a lock");
    lock.lock();
    try {
      waiting.start();
      awaitState(waiting, Thread.State.WAITING);
    } finally {
      lock.unlock();
    }
    waiting.join();
  }

  private void lockAndUnlock() {
    lock.lock();
    try {
      told = false;
    } finally {
      lock.unlock();
    }
  }

  private void waitForCondition() throws InterruptedException {
    told = false;
    Thread waiting = new Thread(this::awaitTold, "waits for a condition");
    waiting.start();
    awaitState(waiting, Thread.State.WAITING);
    lock.lock();
    try {
      told = true;
      condition.signal();
    } finally {
      lock.unlock();
    }
    waiting.join();
  }

  private void awaitTold() {
    lock.lock();
    try {
      while (!told) {
        condition.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private static void waitForMonitor() throws InterruptedException {
    Object monitor = new Object();
    CountDownLatch inside = new CountDownLatch(1);
    Thread waiting =
        new Thread(
            () -> {
              synchronized (monitor) {
                inside.countDown();
              }
            },
            "waits for a monitor");
    synchronized (monitor) {
      waiting.start();
      awaitState(waiting, Thread.State.BLOCKED);
      assertThat(inside.getCount()).isEqualTo(1);
    }
    waiting.join();
  }

  private static void awaitState(Thread thread, Thread.State state) {
    while (thread.getState() != state) {
      Thread.onSpinWait();
    }
  }
}
