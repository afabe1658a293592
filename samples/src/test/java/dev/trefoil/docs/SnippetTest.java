package dev.trefoil.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The check of the documents' code finds what is wrong, and takes what is right. */
class SnippetTest {
  private static final String USUAL_IMPORTS = "import java.time.Duration; import java.util.*; ";

  @TempDir Path folder;

  @Test
  void onlyBlocksOfJavaAreTaken() {
    List<Snippet> snippets =
        read(
            """
            # Title
            ```console
            $ ./trefoil --help
            ```
            ```java
            int one = 1;
            ```
            ```javascript
            nope
            ```
            """);
    assertThat(snippets).extracting(Snippet::place).containsExactly("page.md:6");
  }

  @Test
  void statementsCompileAndRun() {
    assertPasses(
        """
        <!-- prints: [1, 2] PT1S -->
        ```java
        import java.util.stream.Stream;

        List<Integer> numbers = Stream.of(1, 2).toList();
        System.out.println(numbers + " " + Duration.ofSeconds(1));
        ```
        """);
  }

  @Test
  void classWithMainIsRun() {
    assertPasses(
        """
        <!-- prints: hello -->
        ```java
        class Hello {
          record Word(String text) {}

          public static void main(String[] arguments) {
            System.out.println(new Word("hello").text());
          }
        }
        ```
        """);
  }

  @Test
  void hiddenCodeGoesBeforeTheBlock() {
    assertPasses(
        """
        <!-- prints: 42 -->
        <!-- given:
        int answer = 42;
        -->

        ```java
        System.out.println(answer);
        ```
        """);
  }

  @Test
  void blockInAListIsTakenWithoutItsIndent() {
    assertThat(read("1. First\n   ```java\n   int a;\n     a = 1;\n   ```\n").get(0).code())
        .isEqualTo("int a;\n  a = 1;\n");
  }

  @Test
  void blockThatDoesNotCompileFailsWithItsPlace() {
    assertFails(
        """
        Text.
        ```java
        int one = 1;
        int two = "2";
        ```
        """,
        "page.md:4: incompatible types");
  }

  @Test
  void blockThatIsNotRunMustStillCompile() {
    assertFails("<!-- not run: needs a peer -->\n```java\nint two = \"2\";\n```\n", "page.md:3");
  }

  @Test
  void blockThatIsNotRunIsNotRun() {
    assertPasses(
        """
        <!-- not run: it fails -->
        ```java
        if (true) {
          throw new IllegalStateException();
        }
        ```
        """);
  }

  @Test
  void directiveHoldsForTheNextBlockOnly() {
    List<Snippet> snippets =
        read(
            """
            <!-- not run: a reason -->
            ```java
            ```
            ```java
            ```
            <!-- not run: a reason -->
            Text between.
            ```java
            ```
            """);
    assertThat(snippets).extracting(Snippet::run).containsExactly(false, true, true);
  }

  @Test
  void blockThatIsNotRunNeedsAReason() {
    assertThatThrownBy(() -> read("<!-- not run: -->\n```java\n```\n"))
        .hasMessageContaining("page.md:1");
  }

  @Test
  void blockThatIsNeverClosedIsRefused() {
    assertThatThrownBy(() -> read("```java\nint a;\n")).hasMessageContaining("never closed");
  }

  @Test
  void otherOutputThanThePageSaysFails() {
    assertFails("<!-- prints: a -->\n```java\nSystem.out.println(\"b\");\n```\n", "prints\nb");
  }

  @Test
  void exceptionOfTheBlockFailsWithItsPlace() {
    assertFails("```java\nList.of().get(0);\n```\n", "page.md:2 throws java.lang.ArrayIndex");
  }

  @Test
  void blockThatNeverEndsFails() {
    Snippet endless = read("```java\nThread.currentThread().join();\n```\n").get(0);
    assertThatThrownBy(
            () -> new SnippetRunner(folder, USUAL_IMPORTS, Duration.ofMillis(200)).check(endless))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("page.md:2 still runs after");
  }

  private static List<Snippet> read(String text) {
    return SnippetReader.read("page.md", text);
  }

  private void assertPasses(String text) {
    assertThatCode(() -> check(text)).doesNotThrowAnyException();
  }

  private void assertFails(String text, String message) {
    assertThatThrownBy(() -> check(text))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(message);
  }

  private void check(String text) throws Exception {
    List<Snippet> snippets = read(text);
    assertThat(snippets).hasSize(1);
    new SnippetRunner(folder, USUAL_IMPORTS, Duration.ofSeconds(30)).check(snippets.get(0));
  }
}
