package dev.trefoil.tck;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Writes down the calls of a port's listener, whichever of the six it is; I/O threads call it.
 *
 * @param <L> the type of the listener
 */
final class Recorder<L> {
  private record Told(String method, List<Object> arguments) {}

  // Guards 'told'; 'more' is signalled when it grows.
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition more = lock.newCondition();
  private final List<Told> told = new ArrayList<>();
  private volatile boolean answer = true;
  private final L listener;

  Recorder(Class<L> type) {
    Object proxy =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> called(self, method, arguments));
    this.listener = type.cast(proxy);
  }

  L listener() {
    return listener;
  }

  /** Sets what messages and requests are answered: false is for pausing. */
  void answer(boolean value) {
    answer = value;
  }

  private @Nullable Object called(Object self, Method method, Object @Nullable [] arguments)
      throws Throwable {
    if (method.getDeclaringClass() == Object.class) {
      return switch (method.getName()) {
        case "equals" -> arguments != null && self == arguments[0];
        case "hashCode" -> System.identityHashCode(self);
        default -> "recorder";
      };
    }
    if (method.isDefault()) {
      return InvocationHandler.invokeDefault(self, method, arguments);
    }
    lock.lock();
    try {
      told.add(new Told(method.getName(), arguments == null ? List.of() : List.of(arguments)));
      more.signalAll();
    } finally {
      lock.unlock();
    }
    return method.getReturnType() == boolean.class ? answer : null;
  }

  /** Gives the names of the calls in order. */
  List<String> calls() {
    lock.lock();
    try {
      return told.stream().map(Told::method).toList();
    } finally {
      lock.unlock();
    }
  }

  int count(String method) {
    lock.lock();
    try {
      return Math.toIntExact(told.stream().filter(call -> call.method.equals(method)).count());
    } finally {
      lock.unlock();
    }
  }

  /** Gives an argument of the first call of a method. */
  Object argument(String method, int index) {
    lock.lock();
    try {
      return told.stream()
          .filter(call -> call.method.equals(method))
          .findFirst()
          .orElseThrow()
          .arguments
          .get(index);
    } finally {
      lock.unlock();
    }
  }

  /** Waits for more than so many calls; false if they do not come in time. */
  boolean awaitMoreThan(int calls, Duration limit) throws InterruptedException {
    long left = limit.toNanos();
    lock.lock();
    try {
      while (told.size() <= calls) {
        if (left <= 0) {
          return false;
        }
        left = more.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }
}
