package dev.trefoil.samples;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** Programs and rights that are not everywhere: without them a test is skipped, by name. */
public final class Foreign {
  /** Debian's own, since its packages' modules are there and nowhere else. */
  public static final String PYTHON =
      Files.isExecutable(Path.of("/usr/bin/python3")) ? "/usr/bin/python3" : "python3";

  private Foreign() {}

  /** Skips the test, or fails it where nothing may be skipped. */
  public static void missing(String what) {
    if (Boolean.getBoolean("trefoil.require.all")) {
      Assertions.fail(what);
    }
    Assumptions.abort(what);
  }

  /** Skips the test unless the program is on the path. */
  public static void require(String program, String debianPackage) {
    for (String folder : System.getenv("PATH").split(File.pathSeparator, -1)) {
      if (Files.isExecutable(Path.of(folder, program))) {
        return;
      }
    }
    missing("no " + program + ": install Debian's " + debianPackage);
  }

  /** Skips the test unless {@link #PYTHON} knows the module. */
  public static void requirePython(String module, String debianPackage)
      throws InterruptedException {
    try {
      Process probe =
          new ProcessBuilder(PYTHON, "-c", "import " + module).redirectErrorStream(true).start();
      if (probe.waitFor(20, TimeUnit.SECONDS) && probe.exitValue() == 0) {
        return;
      }
    } catch (IOException e) {
      missing("no python3: " + e.getMessage());
    }
    missing("no Python with the module " + module + ": install Debian's " + debianPackage);
  }
}
