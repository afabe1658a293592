package dev.trefoil.raw;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A name with two addresses, in a process whose table of hosts says so. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
@EnabledOnOs(OS.LINUX) // every address of 127.0.0.0/8 is this machine's
final class AddressesTest {
  private static final Options DEFAULTS = Options.defaults();

  @TempDir Path folder;

  private Tool asking(int port) throws IOException {
    Path hosts = folder.resolve("hosts");
    Files.writeString(hosts, "127.0.0.2 several.test\n127.0.0.3 several.test\n");
    return Tool.java(
        AddressesChild.class, "-Djdk.net.hosts.file=" + hosts, "raw://several.test:" + port);
  }

  @Test
  void theSecondIsTriedWhenNobodyListensAtTheFirst() throws Exception {
    try (Rig rig = new Rig()) {
      Endpoint at = rig.new Answerer(DEFAULTS).port.bind(Endpoint.of("raw://127.0.0.3:0"));
      try (Tool asking = asking(at.port())) {
        asking.awaitLine("reply: hello");
        assertThat(asking.exitCode()).isZero();
      }
    }
  }

  @Test
  void theSecondIsTriedWhenAnotherRoleListensAtTheFirst() throws Exception {
    try (Rig rig = new Rig()) {
      Endpoint at = rig.new Answerer(DEFAULTS).port.bind(Endpoint.of("raw://127.0.0.3:0"));
      rig.new Receiver(DEFAULTS).port.bind(Endpoint.of("raw", "127.0.0.2", at.port()));
      try (Tool asking = asking(at.port())) {
        assertThat(asking.awaitLine("rejected: ")).contains("127.0.0.2:", "WRONG_ROLE");
        asking.awaitLine("reply: hello");
        assertThat(asking.exitCode()).isZero();
      }
    }
  }

  @Test
  void eachSaysHowItFailed() throws Exception {
    int free = Tool.freePort();
    try (Tool asking = asking(free)) {
      String refused = ":" + free + ": connection refused: nobody listens there";
      assertThat(asking.awaitLine("failed: "))
          .isEqualTo("failed: 127.0.0.2" + refused + "; 127.0.0.3" + refused);
    }
  }
}
