package dev.trefoil.samples.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

/** Durations, sizes and bars as users write and read them. */
class ConvertersTest {
  @ParameterizedTest
  @CsvSource({
    "500ms, PT0.5S",
    "10s, PT10S",
    "1m, PT1M",
    "2h, PT2H",
    "0ms, PT0S",
    "5us, PT0.000005S"
  })
  void durationsHaveUnits(String text, Duration expected) {
    assertThat(new DurationConverter().convert(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10", "-1s", "1.5s", "1 s", "s", "99999999999s"})
  void otherDurationsAreRefused(String text) {
    assertThatThrownBy(() -> new DurationConverter().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("500ms");
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "64KiB, 65536", "128MiB, 134217728", "1GiB, 1073741824", "2MB, 2000000"})
  void sizesHaveUnits(String text, int expected) {
    assertThat(new SizeConverter().convert(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1TiB", "2GiB", "9999999999GiB", "12.5MiB"})
  void otherSizesAreRefused(String text) {
    assertThatThrownBy(() -> new SizeConverter().convert(text))
        .isInstanceOf(TypeConversionException.class);
  }

  @Test
  void barsGrowWithTheirValues() {
    String progress = Bars.progress(1, 4, 8);
    assertThat(progress).hasSize("[        ] 1 of 4".length()).endsWith("] 1 of 4");
    assertThat(progress.chars().filter(c -> c == '█' || c == '#').count()).isEqualTo(2);

    Map<String, Long> values = new LinkedHashMap<>();
    values.put("ann", 2_000L);
    values.put("b", 1L);
    values.put("none", 0L);
    assertThat(Bars.chart(values, 4).stream().map(line -> line.replace('█', '#')))
        .containsExactly("ann   ####  2,000", "b     #     1", "none        0");
  }
}
