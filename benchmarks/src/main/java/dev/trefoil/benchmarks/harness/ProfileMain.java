package dev.trefoil.benchmarks.harness;

import dev.trefoil.benchmarks.contest.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code benchmarks/profile}: the table on standard output, progress on standard error. */
public final class ProfileMain {
  private static final int EXIT_FAILED = 1;
  private static final int EXIT_USAGE = 2;
  private static final List<String> MODULES =
      List.of("api", "transport-raw", "transport-zmq", "benchmarks");

  private int rounds = 1;
  private Pace pace = Pace.FULL;
  private final List<String> javaOptions = new ArrayList<>();
  private final Map<String, Work> works = new LinkedHashMap<>();

  private ProfileMain() {}

  /** Runs the contestants. */
  public static void main(String[] arguments) throws InterruptedException {
    ProfileMain main = new ProfileMain();
    try {
      main.parse(arguments);
    } catch (IllegalArgumentException | IOException e) {
      System.err.println("benchmarks: " + e.getMessage());
      System.err.println("benchmarks/profile --help tells the options");
      System.exit(EXIT_USAGE);
    }
    if (!main.run()) {
      System.exit(EXIT_FAILED);
    }
  }

  private void parse(String... arguments) throws IOException {
    Iterator<String> words = Arrays.asList(arguments).iterator();
    while (words.hasNext()) {
      String word = words.next();
      switch (word) {
        case "--rounds" -> rounds = Settings.rounds(Settings.value(word, words));
        case "--quick" -> pace = Pace.QUICK;
        case "--checkout" -> javaOptions.addAll(classPath(Path.of(Settings.value(word, words))));
        default -> {
          if (word.startsWith("--")) {
            throw new IllegalArgumentException("there is no option " + word);
          }
          add(word, word);
        }
      }
    }
    if (works.isEmpty()) {
      addOneOfEachKind();
    }
  }

  private void addOneOfEachKind() {
    add("push", "trefoil-push scheme=raw size=64");
    add("push, acknowledged", "trefoil-push scheme=raw size=64 assurance=acknowledged");
    add("request, one at a time", "trefoil-request scheme=raw size=64 outstanding=1");
    add("request, 256 at once", "trefoil-request scheme=raw size=64 outstanding=256");
    add("publish to 8", "trefoil-publish scheme=raw size=64 subscribers=8");
    add("push over ZeroMQ", "trefoil-push scheme=zmq size=64");
    add("request over ZeroMQ", "trefoil-request scheme=zmq size=64 outstanding=1");
  }

  private void add(String name, String work) {
    works.put(name, Work.parse(List.of(work.trim().split(" +", -1))));
  }

  private static List<String> classPath(Path checkout) throws IOException {
    Path jars = checkout.resolve("benchmarks/target/scripts.classpath");
    if (!Files.exists(jars)) {
      throw new IllegalArgumentException(
          checkout + " is not built: run benchmarks/run --list there first");
    }
    List<String> entries = new ArrayList<>();
    for (String module : MODULES) {
      entries.add(checkout.resolve(module).resolve("target/classes").toString());
    }
    entries.add(Files.readString(jars).trim());
    return List.of("-cp", String.join(":", entries));
  }

  /** Each line as soon as it is there; {@return whether all of them are} */
  private boolean run() throws InterruptedException {
    Profile profile = new Profile(pace, javaOptions);
    Profile.heading().forEach(System.out::println);
    boolean all = true;
    int at = 0;
    for (Map.Entry<String, Work> work : works.entrySet()) {
      at++;
      System.err.println(at + " of " + works.size() + ": " + work.getValue());
      try {
        System.out.println(profile.line(work.getKey(), work.getValue(), rounds));
      } catch (TrialException | IOException e) {
        System.err.println("failed: " + e.getMessage());
        all = false;
      }
    }
    return all;
  }
}
