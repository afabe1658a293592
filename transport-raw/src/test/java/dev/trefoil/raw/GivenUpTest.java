package dev.trefoil.raw;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A pusher of v0, where nothing may be written that could fail, leaves more unread than is read
 * ahead. Keepalive tells of its end: of a machine that vanished, and of a peer that closed in good
 * order, as soon as its system has forgotten the connection.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class GivenUpTest {
  @ParameterizedTest
  @ValueSource(strings = {"closes", "vanishes"})
  void keepaliveTellsOfAPeerWhoseUnreadMessagesHideItsEnd(String end) throws Exception {
    try (Tool child = Tool.javaInOwnNetwork(GivenUpChild.class, end)) {
      assertThat(child.awaitLine("early ")).isEqualTo("early null");
      assertThat(child.awaitLine("told ")).isEqualTo("told reset");
      assertThat(child.awaitLine("words ")).contains("keepalive");
      child.awaitLine("all messages came");
      assertThat(child.exitCode()).isZero();
    }
  }
}
