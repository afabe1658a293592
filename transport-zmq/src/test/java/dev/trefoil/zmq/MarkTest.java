package dev.trefoil.zmq;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.spi.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The marks as docs/WIRE-zmq.md shows them to whoever writes a peer. */
class MarkTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "WIRE-zmq.md");
  private static final byte[] REQUEST = Mark.request(7, 5_000_000);

  private static Map<String, String> shown() throws IOException {
    Pattern golden = Pattern.compile(" {4}([^:]+): ([0-9a-f]{2}(?: [0-9a-f]{2})*)");
    Map<String, String> found = new TreeMap<>();
    for (String line : Files.readAllLines(DOCUMENT)) {
      Matcher matcher = golden.matcher(line);
      if (matcher.matches()) {
        found.put(matcher.group(1), matcher.group(2));
      }
    }
    return found;
  }

  private static String hex(byte[] mark) {
    return HexFormat.ofDelimiter(" ").formatHex(mark);
  }

  @Test
  void theDocumentShowsTheBytesThatAreSentAndNoOthers() throws IOException {
    assertThat(shown())
        .isEqualTo(
            Map.of(
                "request 7, 5 ms left",
                hex(REQUEST),
                "failure of it, the handler threw",
                hex(Mark.failure(REQUEST, Failure.HANDLER)),
                "hello, credit 256",
                hex(Mark.number(Mark.HELLO, 256)),
                "welcome of pusher 9",
                hex(Mark.number(Mark.WELCOME, 9)),
                "message 9, attempt 1",
                hex(Mark.numbers(Mark.MESSAGE, 9, 1)),
                "acknowledge 1 to 5",
                hex(Mark.numbers(Mark.ACKNOWLEDGE, 1, 5)),
                "refuse 6, the handler threw",
                hex(Mark.refuse(6, Failure.HANDLER))));
  }

  /** The other direction: whoever sends these bytes is understood. */
  @Test
  void theBytesThatAreShownAreTaken() throws IOException {
    Map<String, String> shown = shown();
    byte[] failure = bytes(shown, "failure of it, the handler threw");
    assertThat(Mark.kind(failure)).isEqualTo(Mark.FAILURE);
    assertThat(Mark.failure(failure)).isEqualTo(Failure.HANDLER);
    assertThat(Mark.id(failure)).isEqualTo(7);
    assertThat(Mark.remainingNanos(bytes(shown, "request 7, 5 ms left"))).isEqualTo(5_000_000);
    byte[] acknowledge = bytes(shown, "acknowledge 1 to 5");
    assertThat(Mark.kind(acknowledge)).isEqualTo(Mark.ACKNOWLEDGE);
    assertThat(Mark.first(acknowledge)).isEqualTo(1);
    assertThat(Mark.second(acknowledge)).isEqualTo(5);
    assertThat(Mark.first(bytes(shown, "refuse 6, the handler threw"))).isEqualTo(6);
  }

  private static byte[] bytes(Map<String, String> shown, String name) {
    return HexFormat.ofDelimiter(" ").parseHex(shown.getOrDefault(name, ""));
  }

  @Test
  void aDeadlineThatIsFarAwayIsNone() {
    assertThat(Mark.remainingNanos(Mark.request(1, Long.MAX_VALUE))).isEqualTo(Long.MAX_VALUE);
    assertThat(Mark.remainingNanos(Mark.request(1, -5))).isZero();
    assertThat(Mark.kind(new byte[Mark.SIZE])).isZero();
    assertThat(Mark.kind(new byte[3])).isZero();
  }
}
