package dev.trefoil.internal;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Takes turns among the targets that can be sent to. Reading is free of locks; changes copy, and
 * are made with the role's lock held.
 *
 * @param <T> what can be sent to
 */
final class Rotation<T> {
  private volatile Object[] targets = new Object[0];
  private final AtomicInteger turn = new AtomicInteger();

  void add(T target) {
    Object[] now = targets;
    Object[] more = Arrays.copyOf(now, now.length + 1);
    more[now.length] = target;
    targets = more;
  }

  void remove(T target) {
    targets = Arrays.stream(targets).filter(each -> each != target).toArray();
  }

  boolean isEmpty() {
    return targets.length == 0;
  }

  int size() {
    return targets.length;
  }

  /** {@return the targets now; never changed} */
  Object[] targets() {
    return targets;
  }

  /** {@return where to start among so many: one further each time} */
  int start(int count) {
    return count <= 1 ? 0 : Math.floorMod(turn.getAndIncrement(), count);
  }

  /**
   * Offers something to each target in turn until one takes it.
   *
   * @return who took it, or null
   */
  @SuppressWarnings("unchecked")
  @Nullable T first(Predicate<? super T> takes) {
    Object[] now = targets;
    int count = now.length;
    int start = start(count);
    for (int i = start; i < start + count; i++) {
      T target = (T) now[i < count ? i : i - count];
      if (takes.test(target)) {
        return target;
      }
    }
    return null;
  }
}
