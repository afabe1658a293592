package dev.trefoil.raw;

import dev.trefoil.BindFailedException;
import dev.trefoil.Codec;
import dev.trefoil.Endpoint;
import dev.trefoil.Messaging;
import dev.trefoil.Options;
import dev.trefoil.PeerListener;
import dev.trefoil.Replier;
import dev.trefoil.Requester;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A process that echoes, and uses up its descriptors when it is told to. */
final class DescriptorsChild implements AutoCloseable {
  private static final long LIMIT_SECONDS = 20;

  private final Messaging messaging = Messaging.create();
  private final Replier<String, String> echo =
      messaging.replier(Codec.utf8(), Codec.utf8(), request -> request);
  private final Deque<RandomAccessFile> hoard = new ArrayDeque<>();
  private final Endpoint at = echo.bind("raw://127.0.0.1:0");

  private DescriptorsChild() {}

  public static void main(String[] arguments) throws IOException {
    try (DescriptorsChild child = new DescriptorsChild();
        BufferedReader orders =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      // Loads all that is going to be used: later there is no descriptor to load it with.
      usedNanos();
      child.bind();
      child.dial(Endpoint.of("raw://127.0.0.1:1"));
      System.out.println("bound " + child.at);
      for (String order = orders.readLine(); order != null; order = orders.readLine()) {
        child.obey(order);
      }
    }
  }

  private void obey(String order) throws IOException {
    switch (order) {
      case "hoard" -> hoard();
      case "free" -> free();
      case "bind" -> bind();
      case "dial" -> dial(at);
      case "measure" -> System.out.println("used ms: " + usedMillis());
      default -> throw new IllegalArgumentException(order);
    }
  }

  /**
   * Takes all there are. The JVM itself opens files for a moment now and then, and what it had open
   * just then would be free afterwards: so it asks until nothing more comes for a while.
   */
  private void hoard() {
    String refusal = "";
    for (int inVain = 0; inVain < 30; inVain++) {
      try {
        while (true) {
          hoard.push(new RandomAccessFile("/dev/null", "r"));
          inVain = 0;
        }
      } catch (IOException e) {
        refusal = String.valueOf(e.getMessage());
      }
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
    System.out.println("hoards after " + hoard.size() + ": " + refusal);
  }

  private void free() throws IOException {
    while (!hoard.isEmpty()) {
      hoard.pop().close();
    }
    System.out.println("freed");
  }

  /** Tells how binding fails, at first because the port is taken. */
  private void bind() {
    try {
      echo.unbind(echo.bind(hoard.isEmpty() ? at : Endpoint.of("raw://127.0.0.1:0")));
    } catch (BindFailedException e) {
      System.out.println("bind: " + e.reason() + " " + e.getMessage());
    }
  }

  /** Tells how connecting fails. */
  private void dial(Endpoint to) {
    CountDownLatch told = new CountDownLatch(1);
    PeerListener listener =
        new PeerListener() {
          @Override
          public void connectFailed(Endpoint endpoint, String why) {
            if (told.getCount() > 0) { // later attempts are not to be taken for another dial's
              System.out.println("dial: " + why);
              told.countDown();
            }
          }
        };
    Options options = Options.builder().peerListener(listener).build();
    try (Requester<String, String> requester =
        messaging.requester(Codec.utf8(), Codec.utf8(), options)) {
      requester.connect(to);
      if (!told.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        System.out.println("nothing was told of dialing " + to);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** {@return what all I/O threads use of the processors within a second} */
  private static long usedMillis() {
    long before = usedNanos();
    long end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
    for (long left = 1; left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
    return (usedNanos() - before) / 1_000_000;
  }

  private static long usedNanos() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long sum = 0;
    for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (thread != null && thread.getThreadName().contains("-raw-io-")) {
        sum += threads.getThreadCpuTime(thread.getThreadId());
      }
    }
    return sum;
  }

  @Override
  public void close() throws IOException {
    free();
    messaging.close();
  }
}
