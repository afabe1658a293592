package dev.trefoil.zmq;

import static dev.trefoil.zmq.Node.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process runs out of descriptors: it goes on, does not spin, and recovers. */
@Timeout(90)
class DescriptorsTest {
  private static final int LIMIT = 128;

  /** The process; closed, it ends. */
  private static final class Child implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;
    private final PrintWriter in;

    Child() throws IOException {
      String java =
          ProcessHandle.current()
              .info()
              .command()
              .orElse(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      process =
          new ProcessBuilder(
                  "sh",
                  "-c",
                  "ulimit -n " + LIMIT + "; exec \"$0\" \"$@\"",
                  java,
                  "-XX:-MaxFDLimit",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Starved.class.getName())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      out = process.inputReader(StandardCharsets.UTF_8);
      in = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    }

    int ask(String question) {
      in.println(question);
      try {
        return Integer.parseInt(out.readLine());
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    void tell(String what) throws IOException {
      in.println(what);
      out.readLine();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  @Test
  void acceptingAndConnectingPauseWithoutSpinningAndRecover() throws Exception {
    try (Child child = new Child();
        Node node = new Node()) {
      int port = child.ask("bind");
      List<Socket> open = new ArrayList<>();
      for (int i = 0; i < 2 * LIMIT; i++) {
        open.add(new Socket(InetAddress.getLoopbackAddress(), port));
      }
      eventually(() -> child.ask("refused") > 0);

      Endpoint ours = node.reply(new Heard.Replies(), Options.defaults()).bind(Node.ANY);
      child.tell("dial " + ours.port());
      eventually(() -> child.ask("failed") > 0);

      Vitals.assertNothingSpins(() -> child.ask("cpu"));
      assertThat(child.ask("connected")).isZero();

      for (Socket socket : open) {
        socket.close();
      }
      Heard.Requests heard = new Heard.Requests();
      node.request(heard, Options.builder().reconnectMax(Duration.ofMillis(200)).build())
          .connect(Endpoint.of("zmq://127.0.0.1:" + port));
      eventually(() -> heard.targets.size() == 1);
      heard.targets.get(0).send(1, TimeUnit.SECONDS.toNanos(5), Heard.bytes("there"));
      eventually(() -> heard.replies.contains("1=there"));
      eventually(() -> child.ask("connected") == 1);
    }
  }
}
