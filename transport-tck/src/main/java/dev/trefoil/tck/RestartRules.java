package dev.trefoil.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.DrainReport;
import dev.trefoil.Endpoint;
import dev.trefoil.Execution;
import dev.trefoil.Options;
import dev.trefoil.Puller;
import dev.trefoil.Pusher;
import dev.trefoil.Replier;
import dev.trefoil.Requester;
import dev.trefoil.Role;
import dev.trefoil.spi.Capability;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** One after the other is drained and another one takes its place, while work goes on. */
abstract class RestartRules extends Rules {
  private static final int RESTARTS = 8;
  private static final int OUTSTANDING = 32;
  private static final int ON_THE_WAY = 500;

  /** So many pieces of work a new role has to have done before the old one goes. */
  private static final int AT_WORK = 20;

  private final AtomicBoolean over = new AtomicBoolean();

  RestartRules(TransportTest kit) {
    super(kit);
  }

  /** A role that does work, and how much it has done. */
  private record Worker(Role role, AtomicInteger done) {}

  /** Makes a role that does work. */
  private interface Hiring {
    Worker hire();
  }

  /** Puts workers one after the other in the place of the last. */
  private void restart(Role gives, Hiring hiring) throws Exception {
    Endpoint at = bind(gives);
    restart(gives, hiring, worker -> worker.connect(at));
  }

  /** The same; the workers bind, and who gives work connects to each. */
  private void restartThoseWhoBind(Role gives, Hiring hiring) throws Exception {
    restart(gives, hiring, worker -> gives.connect(bind(worker)));
  }

  private void restart(Role gives, Hiring hiring, Consumer<Role> join) throws Exception {
    Worker working = hiring.hire();
    join.accept(working.role);
    for (int i = 0; i < RESTARTS; i++) {
      Worker next = hiring.hire();
      join.accept(next.role);
      atWork(next, gives);
      DrainReport report = working.role.drain(limit());
      assertThat(report).as("what draining left").isEqualTo(DrainReport.CLEAN);
      working = next;
    }
  }

  private void atWork(Worker worker, Role gives) {
    BooleanSupplier done = () -> worker.done.get() >= AT_WORK;
    eventually("work of " + gives + " to be done by the next one", done::getAsBoolean);
  }

  @Test
  void l2_shouldFailNoRequestOfARestart() throws Exception {
    restartRepliers(Execution.EXECUTOR);
  }

  @Test
  void l2_shouldFailNoRequestOfARestartInline() throws Exception {
    restartRepliers(Execution.INLINE);
  }

  private void restartRepliers(Execution execution) throws Exception {
    if (!has(Capability.GOODBYE)) {
      return; // without it the peer cannot be told to come to an end
    }
    Requester<String, String> asks = near().requester(options());
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    Call<Integer> asking = call("asking", () -> ask(asks, failures));
    restart(
        asks,
        () -> {
          AtomicInteger done = new AtomicInteger();
          Options.Builder options = options().execution(execution);
          Replier<String, String> answers =
              far()
                  .replier(
                      request -> {
                        done.incrementAndGet();
                        return request;
                      },
                      options);
          return new Worker(answers, done);
        });
    over.set(true);
    int asked = asking.result(limit());
    assertThat(failures).as("failures, of %s requests", asked).isEmpty();
  }

  private int ask(Requester<String, String> asks, Queue<Throwable> failures) throws Exception {
    Semaphore room = new Semaphore(OUTSTANDING);
    int asked = 0;
    while (!over.get()) {
      room.acquire();
      asked++;
      var unused =
          asks.requestAsync("" + asked)
              .whenComplete(
                  (reply, failure) -> {
                    if (failure != null) {
                      failures.add(failure);
                    }
                    room.release();
                  });
    }
    assertThat(room.tryAcquire(OUTSTANDING, limit().toNanos(), TimeUnit.NANOSECONDS)).isTrue();
    return asked;
  }

  @Test
  void l2_shouldLoseNoMessageToARestart() throws Exception {
    restartPullers(this::restart);
  }

  @Test
  void l2_shouldLoseNoMessageToARestartOfThoseWhoBind() throws Exception {
    restartPullers(this::restartThoseWhoBind);
  }

  /** A way to restart. */
  private interface Restart {
    void of(Role gives, Hiring hiring) throws Exception;
  }

  private void restartPullers(Restart restart) throws Exception {
    if (!has(Capability.GOODBYE)) {
      return; // without it the peer cannot be told to come to an end
    }
    Pusher<String> pushes = near().pusher(options());
    Set<Integer> taken = ConcurrentHashMap.newKeySet();
    AtomicInteger twice = new AtomicInteger();
    Semaphore room = new Semaphore(ON_THE_WAY);
    Call<Integer> pushing = call("pushing", () -> push(pushes, room));
    restart.of(
        pushes,
        () -> {
          AtomicInteger done = new AtomicInteger();
          Puller<String> pulls =
              far()
                  .puller(
                      delivery -> {
                        boolean once = taken.add(Integer.valueOf(delivery.value()));
                        twice.addAndGet(once ? 0 : 1);
                        done.incrementAndGet();
                        room.release();
                      },
                      options());
          return new Worker(pulls, done);
        });
    over.set(true);
    int pushed = pushing.result(limit());
    eventuallyHolds(() -> assertThat(taken).as("taken, of those pushed").hasSize(pushed));
    assertThat(twice).as("messages that came twice").hasValue(0);
  }

  /** Has so many on the way that some always are when a puller goes. */
  private int push(Pusher<String> pushes, Semaphore room) throws InterruptedException {
    int pushed = 0;
    while (!over.get()) {
      if (room.tryAcquire(SOON.toNanos(), TimeUnit.NANOSECONDS)) {
        pushes.push("" + pushed);
        pushed++;
      }
    }
    return pushed;
  }
}
