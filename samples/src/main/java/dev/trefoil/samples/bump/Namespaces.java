package dev.trefoil.samples.bump;

import dev.trefoil.samples.shared.FailedException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Linux's network namespaces, each of which ends with the last process in it: nothing is left over,
 * whatever ends the processes. Where this process is not root, a user namespace lends it the right.
 */
final class Namespaces {
  private static final long LIMIT_SECONDS = 10;

  private Namespaces() {}

  /** Whether the tools and the right to use them are here; the words say what is missing. */
  static String missing() throws InterruptedException {
    for (String tool : List.of("unshare", "ip")) {
      if (!isInstalled(tool)) {
        return "no '" + tool + "' is installed (util-linux and iproute2 have it)";
      }
    }
    List<String> probe = new ArrayList<>(enter());
    probe.addAll(List.of("ip", "link", "set", "lo", "up"));
    try {
      run(probe);
      return "";
    } catch (IOException | FailedException e) {
      return "this process may not make network namespaces";
    }
  }

  private static boolean isInstalled(String tool) {
    for (String folder :
        (System.getenv("PATH") + ":/usr/sbin:/sbin").split(File.pathSeparator, -1)) {
      if (Files.isExecutable(Path.of(folder, tool))) {
        return true;
      }
    }
    return false;
  }

  /** What stands before a command that is to run in a namespace of its own. */
  static List<String> enter() {
    return isRoot()
        ? List.of("unshare", "--net")
        : List.of("unshare", "--user", "--map-root-user", "--net");
  }

  static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  /** Runs one of the tools to its end; fails with what it said. */
  static void run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new FailedException(String.join(" ", command) + " failed: " + said.strip());
      }
    } finally {
      process.destroyForcibly();
    }
  }
}
