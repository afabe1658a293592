package dev.trefoil.samples.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.samples.Foreign;
import dev.trefoil.samples.TestCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code bridge} between real libzmq and real nng: neither side knows of Trefoil. */
class ForeignBridgeTest {
  private static final String ZMQ = "zmq://127.0.0.1:0";
  private static final String SP = "sp://127.0.0.1:0";

  /**
   * Sends "hello" by a socket of a kind; a REQ prints the answer. Waits until it is handed over.
   */
  private static final String SEND =
      """
      import sys, zmq
      kind, at = sys.argv[1:]
      context = zmq.Context()
      socket = context.socket(getattr(zmq, kind))
      socket.rcvtimeo = socket.sndtimeo = 10000
      socket.connect(at)
      socket.send(b'hello')
      if kind == 'REQ':
          print(socket.recv().decode())
      socket.close(10000)
      context.term()
      """;

  /** Publishes until it is killed: subscriptions come when they come. */
  private static final String PUBLISH =
      """
      import sys, time, zmq
      socket = zmq.Context().socket(zmq.PUB)
      socket.connect(sys.argv[1])
      while True:
          socket.send_multipart([b'news', b'hello'])
          time.sleep(0.05)
      """;

  @BeforeEach
  void needBothWorlds() throws InterruptedException {
    Foreign.requirePython("zmq", "python3-zmq");
    Foreign.require("nngcat", "nng-utils");
  }

  private static Process start(String... command) throws IOException {
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static Process nngcat(TestCommand bridge, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("nngcat", "--dial", at("sp", bridge)));
    command.addAll(List.of(arguments));
    return start(command.toArray(String[]::new));
  }

  /** Where the bridge listens in one of the two worlds. */
  private static String at(String scheme, TestCommand bridge) {
    return Stream.of(bridge.bound(0), bridge.bound(1))
        .filter(uri -> uri.startsWith(scheme + ":"))
        .findFirst()
        .orElseThrow()
        .replace(scheme + ":", "tcp:");
  }

  private static TestCommand bridge(String pattern) {
    return TestCommand.process("bridge", pattern, "--from", "bind:" + ZMQ, "--to", "bind:" + SP);
  }

  private static String said(Process process) throws IOException, InterruptedException {
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return text.strip();
  }

  @Test
  void aClientOnLibzmqIsAnsweredByAServerOnNng() throws Exception {
    try (TestCommand bridge = bridge("reqrep")) {
      Process server = nngcat(bridge, "--rep", "--data", "hello from nng");
      try {
        Process client = start(Foreign.PYTHON, "-c", SEND, "REQ", at("zmq", bridge));
        assertThat(said(client)).as(bridge.err()).isEqualTo("hello from nng");
      } finally {
        server.destroyForcibly();
      }
    }
  }

  @Test
  void whatLibzmqPublishesIsHeardOnNng() throws Exception {
    try (TestCommand bridge = bridge("pubsub")) {
      Process publisher = start(Foreign.PYTHON, "-c", PUBLISH, at("zmq", bridge));
      try {
        Process subscriber =
            nngcat(bridge, "--sub", "--quoted", "--count", "1", "--recv-timeout", "20");
        assertThat(said(subscriber)).as(bridge.err()).isEqualTo("\"newshello\"");
      } finally {
        publisher.destroyForcibly();
      }
    }
  }

  @Test
  void workOfLibzmqIsDoneOnNng() throws Exception {
    try (TestCommand bridge = bridge("pushpull")) {
      Process puller = nngcat(bridge, "--pull", "--quoted", "--count", "1", "--recv-timeout", "20");
      Process pusher = start(Foreign.PYTHON, "-c", SEND, "PUSH", at("zmq", bridge));
      assertThat(said(puller)).as(bridge.err()).isEqualTo("\"hello\"");
      assertThat(said(pusher)).isEmpty();
    }
  }
}
