package dev.trefoil.benchmarks.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class FiguresTest {
  private final List<String> said = new ArrayList<>();

  @TempDir Path folder;

  @Test
  void theFileHasEachTrialAsSoonAsItEnded() throws IOException {
    Path file = Files.writeString(folder.resolve("out.csv"), "of yesterday");
    try (Figures figures = Figures.open(file, said::add)) {
      assertThat(file).hasContent(Results.HEADER + "\n");
      figures.add("1,a\n");
      assertThat(file).hasContent(Results.HEADER + "\n1,a\n");
      assertThat(figures.areWhole()).isTrue();
    }
    assertThat(said).isEmpty();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aFullDiskIsToldWhenTheFileIsOpened() {
    assertThatIOException()
        .isThrownBy(() -> Figures.open(Path.of("/dev/full"), said::add))
        .withMessageContaining("--out cannot be written");
  }

  @Test
  void aDiskThatFillsUpMeanwhileIsToldOnceAndCostsTheFileOnly() {
    Writer full =
        new Writer() {
          @Override
          public void write(char[] text, int offset, int length) throws IOException {
            throw new IOException("full");
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    try (Figures figures = new Figures(full, said::add)) {
      figures.add("1,a\n");
      figures.add("1,b\n");
      assertThat(figures.areWhole()).isFalse();
    }
    assertThat(said).containsExactly("--out could not be written, and gets nothing more: full");
  }
}
