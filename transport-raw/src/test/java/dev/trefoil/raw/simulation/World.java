package dev.trefoil.raw.simulation;

import dev.trefoil.spi.Timekeeper;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Time, chance and the one thread of a simulation: what happens is a queue of events, run in the
 * order of their times. From one seed it is always the same, which the trace's hash proves.
 *
 * <p>It is the clock, the timer and the handler executor of the roles. Confined to its thread.
 */
final class World extends Timekeeper implements Executor {
  static final long MICROSECOND = 1_000;
  static final long MILLISECOND = 1_000_000;
  static final long SECOND = 1_000_000_000;

  private static final long MOST_EVENTS = 2_000_000;
  private static final int KEPT_NOTES = Integer.getInteger("trefoil.simulation.notes", 60);

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final TreeMap<Long, Runnable> touched = new TreeMap<>();
  private final SplittableRandom chance;
  private final Deque<Note> notes = new ArrayDeque<>();
  private final long handlerDelay;
  private long now;
  private long made;
  private long run;
  private Broken broken;
  private long hash = 0xcbf29ce484222325L;

  World(long seed) {
    this.chance = new SplittableRandom(seed);
    // Also close to where the clock overflows.
    this.now = chance.nextInt(4) == 0 ? Long.MAX_VALUE - SECOND : chance.nextLong(1L << 40);
    this.handlerDelay = MICROSECOND << chance.nextInt(15);
  }

  @Override
  public long nanoTime() {
    return now;
  }

  @Override
  public RandomGenerator random() {
    return chance;
  }

  /** {@return true once in so many times} */
  boolean onceIn(int times) {
    return chance.nextInt(times) == 0;
  }

  /** {@return from the least to the most, both included; small ones are likelier} */
  long between(long least, long most) {
    long span = most - least + 1;
    long pick = chance.nextLong(span);
    return least + (chance.nextBoolean() ? pick : pick >> chance.nextInt(8));
  }

  @Override
  public Timeout schedule(long delayNanos, Runnable task) {
    Event event = new Event(now + Math.max(0, delayNanos), made++, task);
    events.add(event);
    return event;
  }

  /** Runs something at a random time from now. */
  Timeout within(long least, long most, Runnable task) {
    return schedule(between(least, most), task);
  }

  /** Runs a handler, a callback or a completion soon. */
  @Override
  public void execute(Runnable task) {
    within(0, handlerDelay, task);
  }

  /** {@return how late the executor may run something} */
  long handlerDelay() {
    return handlerDelay;
  }

  /**
   * Runs something at the end of this event, once for each number and in the order of numbers: so
   * that the order in which a hash set was walked leaves no trace.
   */
  void touch(long number, Runnable task) {
    touched.putIfAbsent(number, task);
    if (touched.size() == 1) {
      schedule(0, this::runTouched);
    }
  }

  private void runTouched() {
    while (!touched.isEmpty()) {
      touched.pollFirstEntry().getValue().run();
    }
  }

  /** Runs events until something holds or a time has come. */
  boolean runUntil(BooleanSupplier done, long by) {
    while (!done.getAsBoolean()) {
      Event next = events.peek();
      if (next == null || next.due - by > 0) {
        now = by - now > 0 ? by : now;
        return done.getAsBoolean();
      }
      step();
    }
    return true;
  }

  /** Runs events for so long. */
  void runFor(long nanos) {
    runUntil(() -> false, now + nanos);
  }

  /** Runs all there is; what keeps itself alive for ever is found out. */
  void runDry(long longest) {
    runUntil(events::isEmpty, now + longest);
    if (!events.isEmpty()) {
      throw broken(
          "timers go on after the end: " + events.size() + ", such as " + events.peek().task);
    }
  }

  private void step() {
    Event next = events.remove();
    now = next.due - now > 0 ? next.due : now;
    next.inQueue = false;
    if (run++ > MOST_EVENTS) {
      throw broken("it does not come to an end: " + run + " events");
    }
    next.task.run();
    if (broken != null) {
      throw broken;
    }
  }

  /** Adds to the trace. */
  void note(String what, long about, long more) {
    hash = (hash ^ what.hashCode()) * 0x100000001b3L;
    hash = (hash ^ about) * 0x100000001b3L;
    hash = (hash ^ more) * 0x100000001b3L;
    hash = (hash ^ now) * 0x100000001b3L;
    hash ^= hash >>> 29;
    if (notes.size() == KEPT_NOTES) {
      notes.remove();
    }
    notes.add(new Note(now, what, about, more));
  }

  /** {@return a number that tells two runs apart} */
  long hash() {
    return hash;
  }

  /** {@return how many events have run} */
  long events() {
    return run;
  }

  /** {@return the end of the trace, for people} */
  String lastNotes() {
    return notes.stream().map(Note::toString).collect(Collectors.joining("\n  "));
  }

  /** Notes that a rule is broken, whoever catches it; {@return what to throw} */
  Broken broken(String what) {
    if (broken == null) {
      broken = new Broken(what);
    }
    return broken;
  }

  /** A rule of the contract is broken. */
  static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Broken(String what) {
      super(what);
    }
  }

  private record Note(long at, String what, long about, long more) {
    @Override
    public String toString() {
      return at + " " + what + " " + about + " " + more;
    }
  }

  private final class Event extends Timeout implements Comparable<Event> {
    private final long due;
    private final long number;
    private final Runnable task;
    private boolean inQueue = true;

    Event(long due, long number, Runnable task) {
      this.due = due;
      this.number = number;
      this.task = task;
    }

    @Override
    public boolean cancel() {
      if (!inQueue) {
        return false;
      }
      inQueue = false;
      return events.remove(this);
    }

    @Override
    @SuppressWarnings("EqualsIncompatibleType")
    public int compareTo(Event other) {
      return due == other.due ? Long.compare(number, other.number) : Long.signum(due - other.due);
    }
  }
}
