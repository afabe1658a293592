package dev.trefoil.samples.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What the figures depend on besides the code; where the system does not tell, it is left out. */
final class Machine {
  private Machine() {}

  static Map<String, Object> facts() {
    Map<String, Object> facts = new LinkedHashMap<>();
    first("/proc/cpuinfo", "model name").ifPresent(model -> facts.put("processor", model));
    facts.put("processors", Runtime.getRuntime().availableProcessors());
    first("/proc/meminfo", "MemTotal").ifPresent(memory -> facts.put("memory", memory));
    facts.put(
        "system", property("os.name") + " " + property("os.version") + ", " + property("os.arch"));
    facts.put("Java", property("java.vm.name") + " " + property("java.runtime.version"));
    facts.put("Java's options", String.join(" ", ChildProcess.options()));
    return facts;
  }

  private static String property(String name) {
    return String.valueOf(System.getProperty(name));
  }

  private static Optional<String> first(String file, String name) {
    try (Stream<String> lines = Files.lines(Path.of(file))) {
      return lines
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).trim())
          .findFirst();
    } catch (IOException | java.io.UncheckedIOException e) {
      return Optional.empty(); // this system has none
    }
  }
}
