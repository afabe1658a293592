package dev.trefoil.internal;

import dev.trefoil.spi.Timekeeper;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The requests of a role that have not ended, by their ids, and the deadlines of those that nobody
 * waits for. Any thread may call it.
 *
 * <p>Ids are counted up, so that most requests find the slot of their id free in a small table; the
 * rest is in a map. Most requests end long before their deadline, so a request gets a timer only
 * when it is still there after a moment, or when its deadline is near.
 */
final class Outstanding {
  private static final int SLOTS = 512;
  private static final int TRIES = 4;

  /** Who is younger gets no timer yet. */
  private static final long YOUNG_NANOS = 20_000_000;

  /** Who has less time than this gets a timer at once. */
  private static final long SHORT_NANOS = 5 * YOUNG_NANOS;

  private final Timekeeper time;
  private final Consumer<Pending> onDeadline;
  private final AtomicInteger ids;
  private final AtomicReference<@Nullable AtomicReferenceArray<@Nullable Pending>> table =
      new AtomicReference<>();
  private final Map<Integer, Pending> others = new ConcurrentHashMap<>();

  /** Whether a look at who has no timer is due. */
  private final AtomicBoolean looks = new AtomicBoolean();

  Outstanding(Timekeeper time, Consumer<Pending> onDeadline) {
    this.time = time;
    this.onDeadline = onDeadline;
    this.ids = new AtomicInteger(time.random().nextInt());
  }

  /** Adds a request, and gives it an id that no other one has. */
  void add(Pending pending) {
    AtomicReferenceArray<@Nullable Pending> slots = slots();
    for (int i = 0; ; i++) {
      int id = ids.getAndIncrement() & Integer.MAX_VALUE;
      pending.id = id;
      if (i < TRIES) {
        boolean isFree = others.isEmpty() || !others.containsKey(id);
        if (isFree && slots.compareAndSet(slot(id), null, pending)) {
          return;
        }
      } else if (get(id) == null && others.putIfAbsent(id, pending) == null) {
        return;
      }
    }
  }

  private static int slot(int id) {
    return id & (SLOTS - 1);
  }

  /** Made with the first request: many roles are idle. */
  private AtomicReferenceArray<@Nullable Pending> slots() {
    AtomicReferenceArray<@Nullable Pending> slots = table.get();
    if (slots == null) {
      AtomicReferenceArray<@Nullable Pending> made = new AtomicReferenceArray<>(SLOTS);
      slots = table.compareAndSet(null, made) ? made : slots();
    }
    return slots;
  }

  /** {@return the request of an id, or null if it has ended or there was none} */
  @Nullable Pending get(int id) {
    AtomicReferenceArray<@Nullable Pending> slots = table.get();
    if (slots == null || id < 0) {
      return null;
    }
    Pending pending = slots.get(slot(id));
    if (pending != null && pending.id == id) {
      return pending;
    }
    return others.isEmpty() ? null : others.get(id);
  }

  /** Takes a request out, if it is there. */
  void remove(Pending pending) {
    AtomicReferenceArray<@Nullable Pending> slots = table.get();
    if (slots != null && slots.get(slot(pending.id)) == pending) {
      slots.setRelease(slot(pending.id), null); // nobody else takes it out or puts one in its place
    } else {
      others.remove(pending.id, pending);
    }
  }

  /** Shows all that are there all the while to somebody, and perhaps others. */
  void forEach(Consumer<Pending> action) {
    AtomicReferenceArray<@Nullable Pending> slots = table.get();
    for (int i = 0; slots != null && i < SLOTS; i++) {
      Pending pending = slots.get(i);
      if (pending != null) {
        action.accept(pending);
      }
    }
    others.values().forEach(action);
  }

  /** {@return how many are such} */
  int count(Predicate<Pending> such) {
    int[] count = {0};
    forEach(pending -> count[0] += such.test(pending) ? 1 : 0);
    return count[0];
  }

  boolean isEmpty() {
    return size() == 0;
  }

  int size() {
    int count = others.size();
    AtomicReferenceArray<@Nullable Pending> slots = table.get();
    for (int i = 0; slots != null && i < SLOTS; i++) {
      count += slots.get(i) == null ? 0 : 1;
    }
    return count;
  }

  /** Has the deadline of a request noticed that was added just now. */
  void watch(Pending pending) {
    if (pending.deadlineNanos - pending.startNanos < SHORT_NANOS) {
      setTimer(pending);
    } else {
      lookSoon();
    }
  }

  private void setTimer(Pending pending) {
    long left = pending.deadlineNanos - time.nanoTime();
    pending.setDeadlineTimer(time.schedule(left, () -> onDeadline.accept(pending)));
  }

  private void lookSoon() {
    if (!looks.get() && looks.compareAndSet(false, true)) {
      time.schedule(YOUNG_NANOS, this::look);
    }
  }

  /** Gives those a timer that are not young any more; the timer's. */
  private void look() {
    // First: whoever is added from now on and not seen below has another look called for.
    looks.set(false);
    long now = time.nanoTime();
    boolean[] young = {false};
    forEach(
        pending -> {
          if (pending.needsTimer()) {
            if (now - pending.startNanos >= YOUNG_NANOS) {
              setTimer(pending);
            } else {
              young[0] = true;
            }
          }
        });
    if (young[0]) {
      lookSoon();
    }
  }
}
