package dev.trefoil.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.samples.Foreign;
import dev.trefoil.samples.TestCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each command that the page of the samples shows is run as it stands there, and says what it says
 * there, figures aside.
 *
 * <p>The commands have fixed ports, so each section has a network namespace of its own.
 */
@Tag("one-jvm")
class DocumentedSessionTest {
  private static final long LIMIT_SECONDS = 120;
  private static final int FEWEST_COMMANDS = 15;

  /** Of the checkout, those that commands of the page look into. */
  private static final List<String> MODULES = List.of("api", "transport-raw", "samples");

  private static final Pattern FIGURE_OR_NAME =
      Pattern.compile(
          "\\d[\\d.,]*|\\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun|[A-Z][a-z]{2}(?= \\d{4} ))\\b|GMT");

  /** What a shell needs to know of; ROOT is where the commands run, JAVA a JDK. */
  private static final String BEFORE =
      """
      cd ROOT
      PATH=JAVA/bin:$PATH:/usr/sbin:/sbin
      ip link set lo up || exit 99
      trap 'kill $(jobs -p) 2>/dev/null' EXIT
      until_said() { # FILE PATTERN TIMES PROCESS: in time, or when it has ended
        for attempt in $(seq 400); do
          [ "$(grep -c "$2" "$1")" -ge "$3" ] && return
          kill -0 "$4" 2>/dev/null || return
          sleep 0.05
        done
      }
      """;

  @TempDir Path folder;

  /**
   * A command and what follows it.
   *
   * @param interrupted whether the page shows how it is ended
   */
  private record Shown(String command, List<String> output, boolean interrupted) {
    boolean staysInBackground() {
      return interrupted || command.endsWith("&");
    }
  }

  /** The blocks of a section, each some commands. */
  private record Section(String title, List<List<Shown>> blocks) {}

  @TestFactory
  Stream<DynamicTest> everySessionIsAsShown() throws Exception {
    needNamespaces();
    Path page = DocumentedCodeTest.root().resolve("samples/README.md");
    List<Section> sections = sections(Files.readAllLines(page));
    assertThat(sections.stream().flatMap(s -> s.blocks().stream()).mapToInt(List::size).sum())
        .isGreaterThanOrEqualTo(FEWEST_COMMANDS);
    return sections.stream()
        .map(section -> DynamicTest.dynamicTest(section.title(), () -> check(section)));
  }

  private static List<Section> sections(List<String> lines) {
    List<Section> sections = new ArrayList<>();
    String before = "";
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith("## ")) {
        sections.add(new Section(line.substring(3), new ArrayList<>()));
      } else if (line.startsWith("```")) {
        int end = i + 1;
        while (!lines.get(end).startsWith("```")) {
          end++;
        }
        List<Shown> block = block(lines.subList(i + 1, end));
        if (!block.isEmpty() && !before.startsWith("<!-- not run: ")) {
          sections.get(sections.size() - 1).blocks().add(block);
        }
        i = end;
      }
      before = line.isBlank() ? before : lines.get(i);
    }
    sections.removeIf(section -> section.blocks().isEmpty());
    return sections;
  }

  private static List<Shown> block(List<String> lines) {
    List<Shown> block = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).startsWith("$ ")) {
        continue;
      }
      StringBuilder command = new StringBuilder(lines.get(i).substring(2));
      while (lines.get(i).endsWith("\\")) {
        command.append('\n').append(lines.get(++i));
      }
      List<String> output = new ArrayList<>();
      while (i + 1 < lines.size() && !lines.get(i + 1).startsWith("$ ")) {
        output.add(lines.get(++i));
      }
      output.removeIf(String::isBlank);
      boolean interrupted = output.toString().contains("^C");
      output.replaceAll(line -> line.replace("^C", ""));
      block.add(new Shown(command.toString(), output, interrupted));
    }
    return block;
  }

  private void check(Section section) throws Exception {
    Path work = Files.createTempDirectory(folder, "session");
    prepare(work);
    StringBuilder script = new StringBuilder(before(work));
    List<Shown> all = new ArrayList<>();
    List<Integer> interrupted = new ArrayList<>();
    for (List<Shown> block : section.blocks()) {
      boolean ends = true;
      for (Shown shown : block) {
        add(shown, work.resolve(all.size() + ".out"), script);
        if (shown.interrupted()) {
          interrupted.add(all.size());
          ends = false;
        }
        all.add(shown);
      }
      if (ends) {
        interrupted.forEach(
            index -> interrupt(all.get(index), work.resolve(index + ".out"), script));
        interrupted.clear();
        script.append("kill $(jobs -p) 2>/dev/null; wait\n");
      }
    }
    for (String module : MODULES) {
      Files.createSymbolicLink(work.resolve(module), DocumentedCodeTest.root().resolve(module));
    }
    try {
      run(Files.writeString(work.resolve("script"), script), work);
    } finally {
      for (String module : MODULES) {
        Files.delete(work.resolve(module));
      }
    }
    for (int i = 0; i < all.size(); i++) {
      compare(all.get(i), Files.readString(work.resolve(i + ".out"), UTF_8));
    }
  }

  private static String before(Path work) {
    return BEFORE.replace("ROOT", work.toString()).replace("JAVA", System.getProperty("java.home"));
  }

  private static void prepare(Path work) throws IOException {
    Path trefoil = work.resolve("trefoil");
    String line = "exec env --default-signal=INT " + String.join(" ", TestCommand.line());
    Files.writeString(trefoil, "#!/bin/sh\n" + line + " \"$@\"\n");
    trefoil.toFile().setExecutable(true);
    try (var file = new java.io.RandomAccessFile(work.resolve("original").toFile(), "rw")) {
      file.setLength(100 << 20);
    }
  }

  private static void add(Shown shown, Path out, StringBuilder script) {
    String ampersand = shown.staysInBackground() && !shown.command().endsWith("&") ? " &" : "";
    script.append("{ ").append(shown.command()).append(ampersand).append("\n} >").append(out);
    script.append(" 2>&1\n");
    if (shown.staysInBackground()) {
      script.append("job=$!; until_said ").append(out).append(" '^bound ' 1 $job\n");
    } else {
      script.append("echo \"exit $?\" >>").append(out).append('\n');
    }
  }

  /** Once it has said all but its last words. */
  private static void interrupt(Shown shown, Path out, StringBuilder script) {
    script.append("until_said ").append(out).append(" . ").append(shown.output().size() - 1);
    script.append(" $(jobs -p | head -n 1)\nkill -INT $(jobs -p)\nwait\n");
  }

  private static void run(Path script, Path work) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(ownNetwork());
    command.addAll(List.of("bash", script.toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(work.resolve("said").toFile())
            .start();
    try {
      process.getOutputStream().close();
      assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS))
          .as(Files.readString(work.resolve("said")))
          .isTrue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static void compare(Shown shown, String said) {
    List<String> left = new ArrayList<>(said.lines().map(DocumentedSessionTest::plain).toList());
    if (!shown.staysInBackground()) {
      assertThat(left).as(shown.command()).endsWith("exit 0");
    }
    // Lines of two streams, and of events at the same moment, come in either order.
    for (String line : shown.output()) {
      Pattern pattern = Pattern.compile(pattern(plain(line)));
      int found = 0;
      while (found < left.size() && !pattern.matcher(left.get(found)).matches()) {
        found++;
      }
      assertThat(found)
          .as("'%s' shows '%s', but it says: %s", shown.command(), line, said)
          .isLessThan(left.size());
      left.remove(found);
    }
  }

  private static String plain(String line) {
    return line.strip().replaceAll(" +", " ");
  }

  private static String pattern(String line) {
    StringBuilder pattern = new StringBuilder();
    var matcher = FIGURE_OR_NAME.matcher(line);
    int end = 0;
    while (matcher.find()) {
      pattern.append(Pattern.quote(line.substring(end, matcher.start())));
      pattern.append(Character.isDigit(matcher.group().charAt(0)) ? "[\\d.,]+" : "\\S+");
      end = matcher.end();
    }
    return pattern.append(Pattern.quote(line.substring(end))).toString();
  }

  private static List<String> ownNetwork() {
    return "root".equals(System.getProperty("user.name"))
        ? List.of("unshare", "--net")
        : List.of("unshare", "--user", "--map-root-user", "--net");
  }

  private static void needNamespaces() throws InterruptedException {
    for (String tool : List.of("unshare", "bash", "nc")) {
      Foreign.require(tool, "util-linux, bash, netcat-openbsd");
    }
    List<String> probe = new ArrayList<>(ownNetwork());
    probe.addAll(List.of("ip", "link", "set", "lo", "up"));
    try {
      if (new ProcessBuilder(probe).start().waitFor() == 0) {
        return;
      }
    } catch (IOException e) {
      Foreign.missing("no 'ip': install Debian's iproute2");
    }
    Foreign.missing("this process may not make network namespaces");
  }
}
