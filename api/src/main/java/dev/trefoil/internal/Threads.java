package dev.trefoil.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Makes the threads that run handlers: virtual where the JVM has them, else a bounded pool. */
final class Threads {
  /** More than one role's handlers take by default, so that stuck ones leave the others some. */
  static final int POOL_SIZE = Math.max(128, 8 * Runtime.getRuntime().availableProcessors());

  private static final int POOL_QUEUE = 100_000;
  private static final long POOL_IDLE_SECONDS = 10;

  private static final @Nullable MethodHandle IS_VIRTUAL = isVirtualHandle();

  private Threads() {}

  /** An executor for handlers, to be shut down by the caller. */
  static ExecutorService handlerExecutor(String label) {
    ExecutorService virtual = virtualExecutor("trefoil-" + label + "-handler-");
    return virtual != null ? virtual : pool(label, "handler");
  }

  static ExecutorService pool(String label, String what) {
    AtomicInteger count = new AtomicInteger();
    ThreadFactory factory =
        task -> {
          String name = "trefoil-" + label + "-" + what + "-" + count.incrementAndGet();
          Thread thread = new Thread(task, name);
          thread.setDaemon(true);
          return thread;
        };
    // Each role submits at most handlerConcurrency workers, so that the bound is far away.
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            POOL_SIZE,
            POOL_SIZE,
            POOL_IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(POOL_QUEUE),
            factory);
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** {@return whether the calling thread is virtual: then it must not do I/O for a carrier} */
  static boolean isVirtual() {
    MethodHandle look = IS_VIRTUAL;
    if (look == null) {
      return false;
    }
    try {
      return (boolean) look.invokeExact(Thread.currentThread());
    } catch (Throwable e) {
      throw new IllegalStateException("a thread does not tell whether it is virtual", e);
    }
  }

  /** By reflection, since the class files are for 17; null where the JVM has none. */
  private static @Nullable MethodHandle isVirtualHandle() {
    try {
      return MethodHandles.publicLookup()
          .findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
    } catch (NoSuchMethodException e) {
      return null;
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("virtual threads are there, but may not be asked for", e);
    }
  }

  /** By reflection, since the class files are for 17; null where the JVM has none. */
  private static @Nullable ExecutorService virtualExecutor(String prefix) {
    try {
      Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
      Class<?> type = Class.forName("java.lang.Thread$Builder");
      Object named = type.getMethod("name", String.class, long.class).invoke(builder, prefix, 1L);
      ThreadFactory factory = (ThreadFactory) type.getMethod("factory").invoke(named);
      return (ExecutorService)
          Executors.class
              .getMethod("newThreadPerTaskExecutor", ThreadFactory.class)
              .invoke(null, factory);
    } catch (NoSuchMethodException | ClassNotFoundException e) {
      return null; // a JVM before 21
    } catch (InvocationTargetException e) {
      return null; // 19 and 20 have them, but only as a preview that throws when it is off
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("virtual threads are there, but may not be used", e);
    }
  }
}
