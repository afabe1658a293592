package dev.trefoil.docs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Compiles a block against the test's class path and runs it. A block with a public type or a main
 * method is a source file; any other is a method's body. Standard output is taken over while a
 * block runs, so only one may run at a time.
 */
final class SnippetRunner {
  private static final Pattern SOURCE_FILE =
      Pattern.compile(
          "static void main\\(|^public (final |abstract |sealed )*(class|interface|record|enum) ",
          Pattern.MULTILINE);
  private static final Pattern TYPE =
      Pattern.compile(
          "^(?:public |final |abstract |sealed )*(?:class|interface|record|enum) (\\w+)",
          Pattern.MULTILINE);
  private static final Pattern LEADING_IMPORTS =
      Pattern.compile("\\A(?:\\s*(?:import [^;]+;|//[^\\n]*)[ \\t]*\\n)*");
  private final Path folder;
  private final String usualImports;
  private final Duration limit;

  /**
   * @param folder takes the class files
   * @param usualImports the import lines that go before every method's body, in one line
   * @param limit how long a block may run
   */
  SnippetRunner(Path folder, String usualImports, Duration limit) {
    this.folder = folder;
    this.usualImports = usualImports;
    this.limit = limit;
  }

  /** Throws {@link AssertionError} with the page and line when the block is not what it says. */
  void check(Snippet snippet) throws IOException, InterruptedException {
    Source source = Source.of(snippet, usualImports);
    compile(snippet, source);
    if (!snippet.run()) {
      return;
    }
    String printed = run(snippet, source);
    if (snippet.prints() != null && !printed.strip().equals(snippet.prints())) {
      throw new AssertionError(
          "%s prints\n%s\nbut the page says\n%s"
              .formatted(snippet.place(), printed.strip(), snippet.prints()));
    }
  }

  private void compile(Snippet snippet, Source source) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
    List<String> options =
        List.of(
            "--release",
            "17",
            "-proc:none",
            "-Xlint:rawtypes,unchecked,deprecation",
            "-Werror",
            "-d",
            folder.toString(),
            "-classpath",
            System.getProperty("java.class.path"));
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(diagnostics, null, StandardCharsets.UTF_8)) {
      boolean compiled =
          compiler
              .getTask(null, files, diagnostics, options, null, List.of(source.asFile()))
              .call();
      if (!compiled) {
        throw new AssertionError(
            diagnostics.getDiagnostics().stream()
                .map(diagnostic -> message(snippet, source, diagnostic))
                .collect(Collectors.joining("\n")));
      }
    }
  }

  private static String message(
      Snippet snippet, Source source, Diagnostic<? extends JavaFileObject> diagnostic) {
    long line =
        diagnostic.getLineNumber() == Diagnostic.NOPOS
            ? snippet.line()
            : snippet.line() + diagnostic.getLineNumber() - 1 - source.linesBefore();
    return snippet.page() + ":" + line + ": " + diagnostic.getMessage(null);
  }

  private String run(Snippet snippet, Source source) throws IOException, InterruptedException {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream stdout = System.out;
    URL[] classes = {folder.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(classes, getClass().getClassLoader());
        PrintStream capture = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
      System.setOut(capture);
      invokeInTime(snippet, source, loader);
    } finally {
      System.setOut(stdout);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }

  private void invokeInTime(Snippet snippet, Source source, ClassLoader loader)
      throws InterruptedException {
    FutureTask<Void> task =
        new FutureTask<>(
            () -> {
              Method main =
                  loader.loadClass(source.typeName()).getDeclaredMethod("main", String[].class);
              main.setAccessible(true);
              main.invoke(null, (Object) new String[0]);
              return null;
            });
    Thread thread = new Thread(task, "snippet " + snippet.place());
    thread.setDaemon(true);
    thread.setContextClassLoader(loader);
    thread.start();
    try {
      task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      AssertionError late =
          new AssertionError(snippet.place() + " still runs after " + limit + "; it is here:", e);
      late.setStackTrace(thread.getStackTrace());
      thread.interrupt();
      throw late;
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      Throwable thrown = cause instanceof InvocationTargetException ? cause.getCause() : cause;
      throw new AssertionError(snippet.place() + " throws " + thrown, thrown);
    }
  }

  /** The text that the compiler gets, and where the block stands in it. */
  private record Source(String typeName, String text, int linesBefore) {
    static Source of(Snippet snippet, String usualImports) {
      String given = snippet.given().isEmpty() ? "" : snippet.given() + "\n";
      String code = snippet.code();
      if (SOURCE_FILE.matcher(code).find()) {
        Matcher type = TYPE.matcher(code);
        if (!type.find()) {
          throw new AssertionError(snippet.place() + " has a main method, but in which type?");
        }
        return new Source(type.group(1), given + code, (int) given.lines().count());
      }
      Matcher imports = LEADING_IMPORTS.matcher(code);
      int split = imports.find() ? imports.end() : 0;
      // On one line, so that the lines of messages stay those of the page.
      String open = "final class Snippet { public static void main(String[] a) throws Exception { ";
      String text =
          usualImports + code.substring(0, split) + open + given + code.substring(split) + "\n}}";
      return new Source("Snippet", text, (int) given.lines().count());
    }

    JavaFileObject asFile() {
      URI name = URI.create("string:///" + typeName + ".java");
      return new SimpleJavaFileObject(name, JavaFileObject.Kind.SOURCE) {
        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
          return text;
        }
      };
    }
  }
}
