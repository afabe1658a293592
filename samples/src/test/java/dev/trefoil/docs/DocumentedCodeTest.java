package dev.trefoil.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every block of Java in the README and below {@code docs} compiles and does what it says. */
class DocumentedCodeTest {
  private static final String USUAL_IMPORTS =
      "import dev.trefoil.*; import java.time.Duration; import java.util.*;"
          + " import java.util.concurrent.*; ";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> everyBlockOfJavaCompilesAndRuns() throws IOException {
    Path root = root();
    List<DynamicTest> tests = new ArrayList<>();
    for (Path page : pages(root)) {
      String name = root.relativize(page).toString();
      for (Snippet snippet : SnippetReader.read(name, Files.readString(page))) {
        tests.add(DynamicTest.dynamicTest(snippet.place(), () -> check(snippet)));
      }
    }
    return tests.stream();
  }

  @Test
  void readmeHasCodeThatRunsAndSaysWhatItPrints() throws IOException {
    Path readme = root().resolve("README.md");
    assertThat(SnippetReader.read("README.md", Files.readString(readme)))
        .as("blocks of Java in the README that are run, and whose output is checked")
        .anyMatch(snippet -> snippet.run() && snippet.prints() != null);
  }

  private void check(Snippet snippet) throws IOException, InterruptedException {
    Path classes = Files.createTempDirectory(folder, "snippet");
    new SnippetRunner(classes, USUAL_IMPORTS, LIMIT).check(snippet);
  }

  /** The README and every page below {@code docs}. */
  static List<Path> pages(Path root) throws IOException {
    List<Path> pages = new ArrayList<>(List.of(root.resolve("README.md")));
    Path docs = root.resolve("docs");
    if (Files.isDirectory(docs)) {
      try (Stream<Path> files = Files.walk(docs)) {
        files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
      }
    }
    return pages;
  }

  /** The nearest folder upwards that holds the whole checkout. */
  static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isRegularFile(folder.resolve("CONTRIBUTING.md"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException("not inside a checkout: " + Path.of("").toAbsolutePath());
      }
    }
    return folder;
  }
}
