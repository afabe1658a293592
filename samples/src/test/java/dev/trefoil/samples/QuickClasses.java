package dev.trefoil.samples;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;

/**
 * The classes of the commands under test as an archive of the JVM's, as the launcher makes one: the
 * tests start hundreds of processes, and each then takes about half the processor's time. Made once
 * in each test JVM; where it cannot be made, the processes start without.
 */
final class QuickClasses {
  private static final long LIMIT_SECONDS = 60;
  private static final List<String> OPTIONS = make();

  private QuickClasses() {}

  /** The class path and where its classes are archived. */
  static List<String> options() {
    return OPTIONS;
  }

  private static List<String> make() {
    String plain =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    try {
      Path folder = Files.createTempDirectory("trefoil-quick-classes");
      String packed = pack(plain, folder);
      Path list = folder.resolve("list");
      Path archive = folder.resolve("classes.jsa");
      boolean made =
          java(
                  folder,
                  List.of("-XX:DumpLoadedClassList=" + list, "-cp", packed),
                  QuickStart.class.getName())
              && java(
                  folder,
                  List.of(
                      "-Xshare:dump",
                      "-XX:SharedClassListFile=" + list,
                      "-XX:SharedArchiveFile=" + archive,
                      "-cp",
                      packed));
      deleteAtExit(folder);
      if (made && Files.exists(archive)) {
        return List.of("-Xlog:cds*=off:stderr", "-XX:SharedArchiveFile=" + archive, "-cp", packed);
      }
      return List.of("-cp", plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  /** Archives hold classes of jars only; the tests' own classes are none of the commands'. */
  private static String pack(String classPath, Path folder) {
    List<String> entries = new ArrayList<>();
    for (String entry : classPath.split(File.pathSeparator, -1)) {
      if (Files.isRegularFile(Path.of(entry))) {
        entries.add(entry);
      } else if (entry.endsWith("classes") && !entry.endsWith("test-classes")) {
        Path jar = folder.resolve(entries.size() + ".jar");
        PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream(), false, UTF_8);
        ToolProvider.findFirst("jar")
            .orElseThrow()
            .run(nowhere, nowhere, "-c", "-0", "-f", jar.toString(), "-C", entry, ".");
        entries.add(jar.toString());
      }
    }
    return String.join(File.pathSeparator, entries);
  }

  private static boolean java(Path folder, List<String> options, String... arguments)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>();
    line.add(System.getProperty("java.home") + "/bin/java");
    line.addAll(TestCommand.JVM_OPTIONS);
    line.addAll(options);
    line.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(folder.resolve("log").toFile()))
            .start();
    try {
      return process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
    } finally {
      process.destroyForcibly();
    }
  }

  private static void deleteAtExit(Path folder) throws IOException {
    folder.toFile().deleteOnExit();
    try (var files = Files.list(folder)) {
      files.forEach(file -> file.toFile().deleteOnExit());
    }
  }
}
