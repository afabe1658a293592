package dev.trefoil.samples.shared;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Lines are the same however the bytes arrive. */
@Timeout(30)
class StandardInputTest {
  @Test
  void linesAreTheSameWhateverTheReadsAre() throws Exception {
    String text = "one\n\nthr\u00ee\r\n\u0000\u00ff\nlast";
    for (int step = 1; step <= text.length(); step++) {
      assertThat(lines(new Chunked(text, step), 100))
          .containsExactly("one", "", "thr\u00ee\r", "\u0000\u00ff", "last");
    }
  }

  @Test
  void newlineAtTheEndMakesNoEmptyLine() throws Exception {
    assertThat(lines(new Chunked("a\nb\n", 1), 100)).containsExactly("a", "b");
    assertThat(lines(new Chunked("", 1), 100)).isEmpty();
    assertThat(lines(new Chunked("\n", 1), 100)).containsExactly("");
  }

  @Test
  void lineLongerThanABlockIsWhole() throws Exception {
    String line = "x".repeat(200_000);
    assertThat(lines(new Chunked(line + "\nrest", 70_000), 200_000)).containsExactly(line, "rest");
  }

  @Test
  void lineOverTheLimitFailsBeforeItIsKept() {
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 'x';
          }
        };
    assertThatThrownBy(() -> lines(endless, 1_000_000))
        .isInstanceOf(FailedException.class)
        .hasMessageContaining("1,000,000 bytes");
  }

  @Test
  void failureToReadIsToldAfterTheLinesBeforeIt() throws Exception {
    InputStream failing =
        new InputStream() {
          private boolean first = true;

          @Override
          public int read() throws IOException {
            throw new IOException("disk on fire");
          }

          @Override
          public int read(byte[] to, int offset, int length) throws IOException {
            if (!first) {
              return read();
            }
            first = false;
            to[offset] = 'a';
            to[offset + 1] = '\n';
            return 2;
          }
        };
    StandardInput input = new StandardInput(failing, 100);
    assertThat(input.next()).isEqualTo("a".getBytes(ISO_8859_1));
    assertThatThrownBy(input::next)
        .isInstanceOf(FailedException.class)
        .hasMessageContaining("disk on fire");
  }

  private static List<String> lines(InputStream in, int limit) throws InterruptedException {
    StandardInput input = new StandardInput(in, limit);
    List<String> lines = new ArrayList<>();
    for (byte[] line = input.next(); line != null; line = input.next()) {
      lines.add(new String(line, ISO_8859_1));
    }
    return lines;
  }

  /** Hands out at most so many bytes at a time. */
  private static final class Chunked extends ByteArrayInputStream {
    private final int step;

    Chunked(String text, int step) {
      super(text.getBytes(ISO_8859_1));
      this.step = step;
    }

    @Override
    public int read(byte[] to, int offset, int length) {
      return super.read(to, offset, Math.min(step, length));
    }
  }
}
