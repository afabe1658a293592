package dev.trefoil.samples.echo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trefoil.Endpoint;
import dev.trefoil.samples.Foreign;
import dev.trefoil.samples.TestCommand;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The echo sample, by the library and by plain sockets. */
class EchoTest {
  @Test
  void linesComeBack() {
    try (TestCommand server =
        TestCommand.process("echo", "server", "--bind", "zmq://127.0.0.1:0")) {
      TestCommand client =
          TestCommand.here(
              "hällo\nworld\n".getBytes(UTF_8), "echo", "client", "--connect", server.bound());
      assertThat(client.exitCode()).as(client.err()).isZero();
      assertThat(client.out()).isEqualTo("hällo\nworld\n");
      server.awaitErr("hello 127.0.0.1:\\d+, speaking ");
      server.awaitErr("goodbye 127.0.0.1");
    }
  }

  @Test
  void netcatTalksToItLineByLine() throws Exception {
    Foreign.require("nc", "netcat-openbsd");
    try (TestCommand server =
        TestCommand.process("echo", "server", "--lines", "--bind", "tcp://127.0.0.1:0")) {
      String bound = server.bound();
      Process client =
          new ProcessBuilder("nc", "-N", "127.0.0.1", bound.substring(bound.lastIndexOf(':') + 1))
              .redirectErrorStream(true)
              .start();
      try (OutputStream out = client.getOutputStream()) {
        out.write("hello\nhällo\n".getBytes(UTF_8));
      }
      assertThat(new String(client.getInputStream().readAllBytes(), UTF_8))
          .isEqualTo("hello\nhällo\n");
      assertThat(client.waitFor(20, TimeUnit.SECONDS)).isTrue();
      server.awaitErr("hello /127.0.0.1");
    }
  }

  @Test
  void plainTextIsEchoedLineByLineHoweverItArrives() throws IOException {
    List<String> notes = new CopyOnWriteArrayList<>();
    try (LineServer server = new LineServer(size -> {}, notes::add);
        Socket client = connect(server)) {
      byte[] text = "one\ntwo\r\n\nrest".getBytes(UTF_8);
      for (byte next : text) {
        client.getOutputStream().write(next);
      }
      client.shutdownOutput();

      assertThat(client.getInputStream().readAllBytes()).isEqualTo(text);
      assertThat(notes).first().asString().startsWith("hello /127.0.0.1");
    }
  }

  @Test
  void silentClientDoesNotHoldUpTheNext() throws IOException {
    try (LineServer server = new LineServer(size -> {}, note -> {});
        Socket silent = connect(server)) {
      assertThat(silent.isConnected()).isTrue();
      try (Socket second = new Socket(silent.getInetAddress(), silent.getPort())) {
        second.setSoTimeout(20_000);
        second.getOutputStream().write("hi\n".getBytes(UTF_8));
        assertThat(second.getInputStream().readNBytes(3)).isEqualTo("hi\n".getBytes(UTF_8));
      }
    }
  }

  @Test
  void lineWithoutEndIsCutOff() throws IOException {
    List<String> notes = new CopyOnWriteArrayList<>();
    try (LineServer server = new LineServer(size -> {}, notes::add);
        Socket client = connect(server)) {
      client.getOutputStream().write(new byte[64 * 1024]);
      client.setSoTimeout(20_000);
      assertThat(client.getInputStream().read()).isEqualTo(-1);
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> notes.toString().contains("a line of more than 65536 bytes"));
    }
  }

  private static Socket connect(LineServer server) throws IOException {
    String bound = server.bind(Endpoint.of("tcp://127.0.0.1:0"));
    int port = Integer.parseInt(bound.substring(bound.lastIndexOf(':') + 1));
    Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
    client.setSoTimeout(20_000);
    return client;
  }
}
