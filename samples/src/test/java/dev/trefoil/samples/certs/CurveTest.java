package dev.trefoil.samples.certs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.samples.Foreign;
import dev.trefoil.samples.TestCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The CURVE keys of {@code trefoil certs} are those that {@code --curve-…} takes. */
class CurveTest {
  private static final String ASK =
      """
      import sys, zmq
      at, public, secret, server = sys.argv[1:]
      read = lambda name: open(name, 'rb').read().strip()
      socket = zmq.Context().socket(zmq.REQ)
      socket.curve_publickey, socket.curve_secretkey = read(public), read(secret)
      socket.curve_serverkey = read(server)
      socket.rcvtimeo = 10000
      socket.connect(at)
      socket.send(b'from libzmq')
      print(socket.recv().decode())
      """;

  @TempDir static Path folder;

  @BeforeAll
  static void makeKeys() {
    TestCommand certs = TestCommand.here("certs", folder.toString());
    assertThat(certs.exitCode()).as(certs.err()).isZero();
  }

  private static String file(String name) {
    return folder.resolve(name).toString();
  }

  private static String[] with(String side, String[] command, String... more) {
    List<String> line = new ArrayList<>(List.of(command));
    line.addAll(List.of("--curve-public-key", file("curve-" + side + ".pub")));
    line.addAll(List.of("--curve-secret-key", file("curve-" + side + ".key")));
    line.addAll(List.of(more));
    return line.toArray(String[]::new);
  }

  private static TestCommand server() {
    String[] rep = {"rep", "--bind", "zmq://127.0.0.1:0", "--echo"};
    return TestCommand.process(with("server", rep, "--curve-allow", file("curve-client.pub")));
  }

  private static String[] ask(String at, String limit) {
    return new String[] {
      "req", "--connect", at, "--data", "hello", "--count", "1", "--timeout", limit
    };
  }

  @Test
  void rightKeysAreLetInAndWrongOnesAreToldWhy() {
    String serverKey = file("curve-server.pub");
    try (TestCommand rep = server();
        TestCommand right =
            TestCommand.process(
                with("client", ask(rep.bound(), "20s"), "--curve-server-key", serverKey));
        TestCommand unknownServer =
            TestCommand.process(
                with(
                    "client",
                    ask(rep.bound(), "6s"),
                    "--curve-server-key",
                    file("curve-client.pub")));
        TestCommand notOnTheList =
            TestCommand.process(
                with("server", ask(rep.bound(), "6s"), "--curve-server-key", serverKey));
        TestCommand withoutKeys = TestCommand.process(ask(rep.bound(), "6s"))) {
      assertThat(right.exitCode()).as(right.err()).isZero();
      assertThat(right.out()).isEqualTo("hello\n");
      for (TestCommand wrong : List.of(unknownServer, notOnTheList, withoutKeys)) {
        assertThat(wrong.exitCode()).as(wrong.err()).isEqualTo(1);
        assertThat(wrong.out()).isEmpty();
      }
      assertThat(unknownServer.err()).contains("security (", "another key");
      assertThat(notOnTheList.err()).contains("security (");
      rep.awaitErr("turned away .*security \\(its box does not open: it has another key");
    }
  }

  @Test
  void aClientOnLibzmqIsAnswered() throws Exception {
    Foreign.requirePython("zmq", "python3-zmq");
    try (TestCommand rep = server()) {
      Process client =
          new ProcessBuilder(
                  Foreign.PYTHON,
                  "-c",
                  ASK,
                  rep.bound().replace("zmq:", "tcp:"),
                  file("curve-client.pub"),
                  file("curve-client.key"),
                  file("curve-server.pub"))
              .redirectErrorStream(true)
              .start();
      String said = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(client.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(said).isEqualTo("from libzmq\n");
    }
  }

  @Test
  void secretKeysAreTheirOwnersAlone() throws IOException {
    for (String side : List.of("server", "client")) {
      assertThat(permissions("curve-" + side + ".key")).isEqualTo("rw-------");
      assertThat(Files.readString(folder.resolve("curve-" + side + ".pub"))).hasSize(41);
    }
  }

  private static String permissions(String name) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name)));
  }

  @ParameterizedTest
  @CsvSource({
    "2, --curve-allow any, needs both --curve-public-key",
    "2, --curve-public-key P --curve-secret-key S, say who is at the other end",
    "2, --curve-public-key P --curve-secret-key S --curve-allow any --curve-server-key P, stands"
        + " alone",
    "1, --curve-public-key P --curve-secret-key missing --curve-allow any, no such file",
    "1, --curve-public-key P --curve-secret-key C --curve-allow any, is not a key of 40"
  })
  void flagsThatMakeNoSenseAreRefusedInWords(int code, String flags, String words) {
    String given =
        flags
            .replace(" P", " " + file("curve-client.pub"))
            .replace(" S", " " + file("curve-client.key"))
            .replace(" C", " " + file("ca.crt"));
    TestCommand command =
        TestCommand.here(("rep --bind zmq://127.0.0.1:0 --echo " + given).split(" ", -1));
    assertThat(command.exitCode()).isEqualTo(code);
    assertThat(command.err()).contains(words).doesNotContain("BEGIN", "\tat ");
  }
}
