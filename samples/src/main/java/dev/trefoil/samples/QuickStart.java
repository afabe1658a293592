package dev.trefoil.samples;

import dev.trefoil.Codec;
import dev.trefoil.Messaging;
import dev.trefoil.Replier;
import dev.trefoil.samples.shared.Console;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/**
 * Does a little of what the commands do, so that the JVM can note which classes that takes: the
 * launcher has it run once after a build, and archives these classes for a quicker start.
 *
 * <p>What goes wrong here costs nothing but time at later starts.
 */
final class QuickStart {
  private static final String[] ALONE = {
    "--help",
    "--version",
    "req --help",
    "echo client --help",
    "bump --help",
    "compare --help",
    "push --nonsense"
  };

  private static final String[][] TOGETHER = {
    {"rep --bind URI --echo --count 1", "req --connect URI --data x --count 1 --timeout 5s"},
    {
      "sub --bind URI --count 1 --timeout 5s",
      "pub --connect URI --topic t --data x --count 1 --wait-subscribers 1 --timeout 5s"
    },
    {
      "pull --bind URI --count 1 --at-least-once --timeout 5s --metrics 0",
      "push --connect URI --data x --count 1 --at-least-once --timeout 5s"
    }
  };

  private QuickStart() {}

  /**
   * Runs them all.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) throws InterruptedException {
    for (String line : ALONE) {
      run(line);
    }
    for (String scheme : new String[] {"raw", "zmq"}) {
      try (Messaging messaging = Messaging.create();
          Replier<String, String> echo =
              messaging.replier(Codec.utf8(), Codec.utf8(), request -> request)) {
        run("req --data x --count 1 --connect " + echo.bind(scheme + "://127.0.0.1:0"));
      }
    }
    int number = 0;
    for (String[] pair : TOGETHER) {
      String uri = "inproc://quick-start-" + number++;
      List<Thread> threads = new ArrayList<>();
      for (String line : pair) {
        Thread thread = new Thread(() -> run(line.replace("URI", uri)), "quick-start");
        thread.start();
        threads.add(thread);
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }

  private static void run(String line) {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    Console console =
        Console.of(new ByteArrayInputStream(new byte[0]), OutputStream.nullOutputStream(), nowhere);
    String[] words = line.split(" ", -1);
    CommandLine command = Main.commandLine(console, words);
    PrintWriter writer = new PrintWriter(Writer.nullWriter());
    command.setOut(writer);
    command.setErr(writer);
    command.execute(words);
  }
}
