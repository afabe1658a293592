package dev.trefoil.samples.compare.child;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.trefoil.samples.compare.trial.Figures;
import dev.trefoil.samples.compare.trial.Trial;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A child of {@code trefoil compare}: obeys one line of stdin after the other, answers each with
 * one line on stdout, and ends when stdin does, at the latest when its parent is gone.
 *
 * <p>{@code first TRIAL} opens a side that listens, {@code second ADDRESS TRIAL} one that connects;
 * {@code ready}, {@code go} and {@code finish SENT} carry the trial through.
 */
public final class ChildMain {
  private static final int LINES_KEPT = 16;

  private @Nullable Trial trial;
  private @Nullable Gauge gauge;
  private @Nullable Side side;

  private ChildMain() {}

  /**
   * Runs until stdin ends.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) throws InterruptedException {
    // Whatever a library prints must not mix with the answers.
    PrintStream answers = System.out;
    System.setOut(System.err);
    BlockingQueue<String> lines = new LinkedBlockingQueue<>(LINES_KEPT);
    Thread reader = new Thread(() -> read(lines), "orders");
    reader.setDaemon(true);
    reader.start();
    ChildMain child = new ChildMain();
    while (true) {
      answers.println(child.obey(lines.take()));
      answers.flush();
    }
  }

  /** The parent's end, or its death, ends this process whatever it does just now. */
  private static void read(BlockingQueue<String> lines) {
    try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      String line = in.readLine();
      while (line != null && lines.offer(line)) {
        line = in.readLine();
      }
    } catch (IOException e) {
      // The same as its end.
    }
    Runtime.getRuntime().halt(0);
  }

  private String obey(String line) {
    try {
      String[] words = line.split(" ", 2);
      return switch (words[0]) {
        case "first" -> "opened " + open(words[1]);
        case "second" -> join(words[1]);
        case "ready" -> ready();
        case "go" -> "went " + go();
        case "finish" -> "figures " + finish(Long.parseLong(words[1]));
        default -> "failed unknown order " + line;
      };
    } catch (Exception e) {
      closeQuietly();
      return "failed " + words(e);
    }
  }

  private static String words(Exception failure) {
    String message = failure.getMessage();
    String words = message == null ? failure.getClass().getSimpleName() : message;
    return words.replaceAll("\\s+", " ");
  }

  private String open(String words) throws Exception {
    prepare(words);
    Side opened = Sides.first(trial(), gauge());
    side = opened;
    return opened.open();
  }

  private String join(String words) throws Exception {
    String[] parts = words.split(" ", 2);
    prepare(parts[1]);
    Side joined = Sides.second(trial(), gauge());
    side = joined;
    joined.join(parts[0]);
    return "joined";
  }

  private void prepare(String words) {
    trial = Trial.decode(words);
    gauge = new Gauge();
  }

  private String ready() throws Exception {
    side().awaitPeers();
    return "ready";
  }

  private long go() throws Exception {
    side().start();
    gauge().measure(trial().warmUp(), trial().measured());
    return side().stop();
  }

  private String finish(long sent) throws Exception {
    side().finish(sent);
    Figures figures = gauge().report();
    side().report(figures);
    Side finished = side();
    side = null;
    finished.close();
    return figures.encode();
  }

  private void closeQuietly() {
    Side failed = side;
    side = null;
    if (failed != null) {
      try {
        failed.close();
      } catch (Exception e) {
        System.err.println("closing failed: " + e);
      }
    }
  }

  private Side side() {
    return given(side);
  }

  private Gauge gauge() {
    return given(gauge);
  }

  private Trial trial() {
    return given(trial);
  }

  private static <T> T given(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("no trial was begun");
    }
    return value;
  }
}
