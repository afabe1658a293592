package dev.trefoil.benchmarks.harness;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The file of {@code --out}. It is opened before anything is measured and grows with each trial, so
 * that an hour that ends too early was not for nothing. Used by one thread.
 */
final class Figures implements AutoCloseable {
  private final @Nullable Writer writer;
  private final Consumer<String> progress;
  private boolean whole = true;

  Figures(@Nullable Writer writer, Consumer<String> progress) {
    this.writer = writer;
    this.progress = progress;
  }

  /** Empties the file or creates it; without one, figures go nowhere. */
  static Figures open(@Nullable Path file, Consumer<String> progress) throws IOException {
    if (file == null) {
      return new Figures(null, progress);
    }
    try {
      Files.writeString(file, Results.HEADER + "\n");
      Writer writer = Files.newBufferedWriter(file, StandardOpenOption.APPEND);
      return new Figures(writer, progress);
    } catch (IOException e) {
      throw new IOException("--out cannot be written: " + e, e);
    }
  }

  /** Appends whole lines; if that fails, the run goes on without the file. */
  void add(String lines) {
    if (writer == null || !whole) {
      return;
    }
    try {
      writer.write(lines);
      writer.flush();
    } catch (IOException e) {
      fail(e);
    }
  }

  private void fail(IOException cause) {
    whole = false;
    progress.accept("--out could not be written, and gets nothing more: " + cause.getMessage());
  }

  /** Whether all that was added is there. */
  boolean areWhole() {
    return whole;
  }

  @Override
  public void close() {
    if (writer != null) {
      try {
        writer.close();
      } catch (IOException e) {
        // Each trial was flushed, so nothing is lost that was not told before.
        fail(e);
      }
    }
  }
}
