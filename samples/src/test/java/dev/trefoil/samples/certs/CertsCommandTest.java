package dev.trefoil.samples.certs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.samples.TestCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The certificates of {@code trefoil certs} are those that the TLS options take. */
class CertsCommandTest {
  @TempDir Path folder;

  private void make() {
    try (TestCommand certs = TestCommand.here("certs", folder.toString())) {
      assertThat(certs.exitCode()).as(certs.err()).isZero();
    }
  }

  private String[] tls(String side, String... command) {
    String[] more = {
      "--tls-cert", folder.resolve(side + ".crt").toString(),
      "--tls-key", folder.resolve(side + ".key").toString(),
      "--tls-ca", folder.resolve("ca.crt").toString()
    };
    String[] all = new String[command.length + more.length];
    System.arraycopy(command, 0, all, 0, command.length);
    System.arraycopy(more, 0, all, command.length, more.length);
    return all;
  }

  @Test
  void bothSidesTrustEachOtherWithThem() throws Exception {
    make();
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("server.key"))))
        .isEqualTo("rw-------");
    String[] listening =
        tls("server", "rep", "--bind", "raw+tls://127.0.0.1:0", "--echo", "--tls-client-auth");
    try (TestCommand replier = TestCommand.here(listening)) {
      String at = replier.bound();
      String[] asking = tls("client", "req", "--connect", at, "--data", "hello", "--count", "1");
      try (TestCommand requester = TestCommand.here(asking)) {
        assertThat(requester.exitCode()).as(requester.err()).isZero();
        assertThat(requester.out()).isEqualTo("hello\n");
      }
      try (TestCommand stranger =
          TestCommand.here(
              "req",
              "--connect",
              at,
              "--data",
              "hello",
              "--count",
              "1",
              "--timeout",
              "3s",
              "--tls-ca",
              folder.resolve("ca.crt").toString())) {
        assertThat(stranger.exitCode()).isEqualTo(1);
      }
      replier.awaitErr("the peer offered no certificate");
    }
  }

  @Test
  void whatIsThereIsNotOverwritten() throws Exception {
    make();
    String before = Files.readString(folder.resolve("ca.crt"));
    try (TestCommand again = TestCommand.here("certs", folder.toString())) {
      assertThat(again.exitCode()).isEqualTo(1);
      assertThat(again.err()).contains("ca.crt is there already");
    }
    assertThat(folder.resolve("ca.crt")).hasContent(before);
  }

  @Test
  void flagsThatLackTheirOtherHalfAreWrongUsage() {
    for (String[] wrong :
        new String[][] {
          {"rep", "--bind", "raw+tls://127.0.0.1:0", "--echo", "--tls-key", "x"},
          {"rep", "--bind", "raw+tls://127.0.0.1:0", "--echo", "--tls-client-auth"}
        }) {
      try (TestCommand command = TestCommand.here(wrong)) {
        assertThat(command.exitCode()).isEqualTo(2);
        assertThat(command.err()).contains("needs --tls-");
      }
    }
  }

  @Test
  void aMissingFileFailsWithItsName() {
    try (TestCommand command =
        TestCommand.here(
            "rep", "--bind", "raw+tls://127.0.0.1:0", "--echo", "--tls-cert", "missing.crt")) {
      assertThat(command.exitCode()).isEqualTo(1);
      assertThat(command.err()).contains("missing.crt: there is no such file");
    }
  }
}
