package dev.trefoil.internal;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Takes turns among the targets that can be sent to. Reading is free of locks; changes copy, and are
 * made with the role's lock held.
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

  /**
   * Offers something to each target in turn until one takes it.
   *
   * @return who took it, or null
   */
  @SuppressWarnings("unchecked")
  @Nullable T first(Predicate<? super T> takes) {
    Object[] now = targets;
    int count = now.length;
    if (count == 1) {
      T only = (T) now[0];
      return takes.test(only) ? only : null;
    }
    if (count == 0) {
      return null;
    }
    int start = Math.floorMod(turn.getAndIncrement(), count);
    for (int i = 0; i < count; i++) {
      int index = start + i;
      T target = (T) now[index < count ? index : index - count];
      if (takes.test(target)) {
        return target;
      }
    }
    return null;
  }
}
