package dev.trefoil.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every link of a page to a file of this checkout leads somewhere. */
class DocumentedLinksTest {
  private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
  private static final Pattern ELSEWHERE = Pattern.compile("[a-z]+:.*");

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> everyRelativeLinkLeadsToAFile() throws IOException {
    Path root = DocumentedCodeTest.root();
    List<Path> pages = new ArrayList<>(DocumentedCodeTest.pages(root));
    pages.add(root.resolve("CONTRIBUTING.md"));
    pages.add(root.resolve("CHANGELOG.md"));
    pages.add(root.resolve("samples/README.md"));
    return pages.stream()
        .map(
            page ->
                DynamicTest.dynamicTest(
                    root.relativize(page).toString(), () -> assertThat(deadLinks(page)).isEmpty()));
  }

  @Test
  void aDeadLinkIsFoundAndAGoodOneIsNot() throws IOException {
    Path page = folder.resolve("page.md");
    Files.writeString(
        page, "[gone](gone.md#part) [here](page.md#part) [above](#part) [web](https://a.example)");
    assertThat(deadLinks(page)).containsExactly("gone.md#part");
  }

  private static List<String> deadLinks(Path page) throws IOException {
    List<String> dead = new ArrayList<>();
    Matcher link = LINK.matcher(Files.readString(page));
    while (link.find()) {
      String target = link.group(1);
      String file = target.replaceFirst("#.*", "");
      boolean here = !file.isEmpty() && !ELSEWHERE.matcher(target).matches();
      if (here && !Files.exists(page.resolveSibling(file))) {
        dead.add(target);
      }
    }
    return dead;
  }
}
