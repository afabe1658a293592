package dev.trefoil.zmq;

import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.RejectReason;
import dev.trefoil.TcpOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.StringTokenizer;
import java.util.stream.Stream;

/**
 * A process that is started with few descriptors: a replier that listens, and a requester that
 * connects where it is told to. Does what the lines of its input say, and answers each with one.
 */
final class Starved {
  private static final com.sun.management.OperatingSystemMXBean SYSTEM =
      (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final Options OPTIONS =
      Options.builder()
          .reconnectMin(Duration.ofMillis(20))
          .reconnectMax(Duration.ofMillis(100))
          .tcp(TcpOptions.builder().handshakeTimeout(Duration.ofMinutes(5)).backlog(1_000).build())
          .build();

  private Starved() {}

  public static void main(String[] arguments) throws IOException {
    loadClasses();
    try (Node node = new Node();
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      Heard.Replies replies = new Heard.Replies();
      Heard.Requests requests = new Heard.Requests();
      var requester = node.request(requests, OPTIONS);
      var replier = node.reply(replies, OPTIONS);
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        int space = line.indexOf(' ');
        switch (space < 0 ? line : line.substring(0, space)) {
          case "bind" -> answer(replier.bind(Node.ANY).port());
          case "dial" -> {
            requester.connect(Endpoint.of("zmq://127.0.0.1:" + line.substring(space + 1)));
            answer("dialling");
          }
          case "refused" ->
              answer(replies.rejections.stream().filter(RejectReason.TOO_MANY::equals).count());
          case "failed" ->
              answer(requests.failures.stream().filter(why -> why.contains("descriptors")).count());
          case "connected" -> answer(requests.targets.size());
          case "cpu" -> answer(SYSTEM.getProcessCpuTime() / 1_000_000);
          default -> answer("what is " + line + "?");
        }
      }
    }
  }

  private static void answer(Object what) {
    System.out.println(what);
    System.out.flush();
  }

  /**
   * A class that is in a directory, not in a jar, needs a descriptor at the time of its first use.
   */
  private static void loadClasses() throws IOException {
    StringTokenizer entries = new StringTokenizer(System.getProperty("java.class.path"), ":");
    while (entries.hasMoreTokens()) {
      Path entry = Path.of(entries.nextToken());
      if (Files.isDirectory(entry)) {
        loadClasses(entry);
      }
    }
  }

  private static void loadClasses(Path root) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(root)) {
      files = all.filter(path -> path.toString().endsWith(".class")).toList();
    }
    for (Path file : files) {
      String path = root.relativize(file).toString();
      String name = path.substring(0, path.length() - ".class".length()).replace('/', '.');
      if (name.startsWith("dev.trefoil.") && !name.endsWith("-info")) {
        try {
          Class.forName(name, name.startsWith("dev.trefoil.zmq."), Starved.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
          System.err.println("not loaded, and so not needed here: " + name + " " + e);
        }
      }
    }
  }
}
