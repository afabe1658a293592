package dev.trefoil.zmq;

import static dev.trefoil.zmq.Heard.bytes;
import static dev.trefoil.zmq.Node.ANY;
import static dev.trefoil.zmq.Node.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.RejectReason;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Scripted peers on real sockets: after each, a good client still works and no thread spins. */
@Timeout(90)
class HostilePeerTest {
  private static final int SILENT = 1_000;

  /** Not -2^63: JeroMQ looks at its low half only, which is an empty frame's length. */
  private static final Pattern CUT_OFF = Pattern.compile("length -1|low half|1[.]9 GB");

  private static final Curve.Keys KEYS = Curve.Keys.generate();
  private static final Curve.Keys CLIENT = Curve.Keys.generate();
  private static final byte[] REQ_READY =
      command("READY", property("Socket-Type", "REQ"), property("Identity", ""));

  private static Options impatient() {
    Options defaults = Options.defaults();
    return defaults.toBuilder()
        .tcp(defaults.tcp().toBuilder().handshakeTimeout(Duration.ofMillis(500)).build())
        .build();
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  static byte[] greeting(String mechanism) {
    ByteBuffer greeting = ByteBuffer.allocate(64);
    greeting.put((byte) 0xFF).putLong(0).put((byte) 0x7F).put((byte) 3).put((byte) 0);
    greeting.put(bytes(mechanism));
    return greeting.array();
  }

  static byte[] property(String name, String value) {
    return join(
        new byte[] {(byte) name.length()},
        bytes(name),
        ByteBuffer.allocate(4).putInt(value.length()).array(),
        bytes(value));
  }

  static byte[] command(String name, byte[]... rest) {
    byte[] body = join(new byte[] {(byte) name.length()}, bytes(name), join(rest));
    return join(new byte[] {4, (byte) body.length}, body);
  }

  private static byte[] longFrame(int flags, long length) {
    return ByteBuffer.allocate(9).put((byte) flags).putLong(length).array();
  }

  /** What is sent instead of a handshake. */
  private static Map<String, byte[]> openings(String mechanism) {
    byte[] greeting = greeting(mechanism);
    Map<String, byte[]> openings = new LinkedHashMap<>();
    openings.put("a bad signature", bytes("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    openings.put("a truncated greeting", Arrays.copyOf(greeting, 20));
    openings.put("an unknown mechanism", greeting("KERBEROS"));
    openings.put("ZMTP 2", join(Arrays.copyOf(greeting, 10), new byte[] {1, 3}));
    openings.put("a message before the handshake", join(greeting, new byte[] {0, 1, 65}));
    for (String early : new String[] {"PING", "WELCOME", "INITIATE", "READY", "MESSAGE", "ERROR"}) {
      openings.put(early + " out of order", join(greeting, command(early), command(early)));
    }
    openings.put("HELLO of another mechanism", join(greeting, command("HELLO", new byte[2])));
    continuations().forEach((name, bytes) -> openings.put(name, join(greeting, bytes)));
    return openings;
  }

  /** What is sent after a greeting or a handshake. */
  private static Map<String, byte[]> continuations() {
    Map<String, byte[]> continuations = new LinkedHashMap<>();
    continuations.put("length -2^63", longFrame(2, Long.MIN_VALUE));
    continuations.put("length -1", longFrame(2, -1));
    continuations.put("length -1 of a command", longFrame(6, -1));
    continuations.put("a length whose low half is 2 GB", longFrame(2, 0x8000_0000_7FFF_FFFFL));
    continuations.put("1.9 GB", longFrame(2, 1_900_000_000L));
    continuations.put("READY once more", REQ_READY);
    continuations.put("a PING that is too short", command("PING"));
    continuations.put("a command of one byte", new byte[] {4, 1, 99});
    continuations.put("an empty command", new byte[] {4, 0});
    continuations.put("WELCOME out of order", command("WELCOME", new byte[160]));
    continuations.put("a MESSAGE whose box does not open", command("MESSAGE", new byte[40]));
    continuations.put("a MESSAGE without a box", command("MESSAGE"));
    byte[] random = new byte[4_096];
    new Random(7).nextBytes(random);
    continuations.put("random bytes", random);
    return continuations;
  }

  /** Opens a connection that has done its handshake. */
  static Socket up(Endpoint at) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), at.port());
    socket.setSoTimeout(Math.toIntExact(Node.LIMIT.toMillis()));
    socket.getOutputStream().write(join(greeting("NULL"), REQ_READY));
    DataInputStream in = new DataInputStream(socket.getInputStream());
    in.readFully(new byte[65]);
    in.readFully(new byte[in.readUnsignedByte()]);
    return socket;
  }

  @Test
  void afterEachOpeningAGoodClientStillWorksAndNothingSpins() throws Exception {
    survives(impatient(), Options.defaults(), "NULL");
  }

  @Test
  void withCurveToo() throws Exception {
    survives(
        impatient().toBuilder().settings(Curve.server(KEYS, List.of(CLIENT.publicKey()))).build(),
        Options.builder().settings(Curve.client(CLIENT, KEYS.publicKey())).build(),
        "CURVE");
  }

  private static void survives(Options server, Options client, String mechanism) throws Exception {
    try (Node node = new Node()) {
      Endpoint at = node.reply(new Heard.Replies(), server).bind(ANY);
      // For those who are to end their handshake, however long they wait for a processor.
      Endpoint patient = node.reply(new Heard.Replies(), Options.defaults()).bind(ANY);
      Heard.Requests good = new Heard.Requests();
      node.request(good, client).connect(at);
      eventually(() -> good.targets.size() == 1);
      Vitals vitals = Vitals.now();
      List<Socket> open = new ArrayList<>();
      for (Map.Entry<String, byte[]> opening : openings(mechanism).entrySet()) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), at.port());
        open.add(socket);
        attack(socket, opening.getValue(), good, open.size());
      }
      if (mechanism.equals("NULL")) {
        for (Map.Entry<String, byte[]> continuation : continuations().entrySet()) {
          Socket socket = up(patient);
          open.add(socket);
          attack(socket, continuation.getValue(), good, open.size());
          if (CUT_OFF.matcher(continuation.getKey()).find()) {
            assertThat(readToEnd(socket)).as(continuation.getKey() + " is cut off").isTrue();
          }
        }
      }
      Vitals.assertNothingSpins();
      vitals.assertMemoryIsFlat();
      assertThat(good.down).isEmpty();
      for (Socket socket : open) {
        socket.close();
      }
    }
  }

  /**
   * Past the handshake of CURVE no frame that is not sealed is let through, whatever its length.
   */
  @Test
  void afterTheHandshakeOfCurveToo() throws Exception {
    Options server = Options.builder().settings(Curve.serverForAnyClient(KEYS)).build();
    Options client =
        Options.builder()
            .settings(Curve.client(CLIENT, KEYS.publicKey()))
            .reconnectMin(Duration.ofMinutes(1))
            .reconnectMax(Duration.ofMinutes(1))
            .build();
    try (Node node = new Node()) {
      Heard.Replies heard = new Heard.Replies();
      Endpoint at = node.reply(heard, server).bind(ANY);
      Heard.Requests good = new Heard.Requests();
      node.request(good, client).connect(at);
      eventually(() -> good.targets.size() == 1);
      Vitals vitals = Vitals.now();
      Map<String, byte[]> attacks = new LinkedHashMap<>(continuations());
      attacks.put("a message that is not sealed", new byte[] {0, 2, 'h', 'i'});
      for (Map.Entry<String, byte[]> attack : attacks.entrySet()) {
        int before = heard.down.size();
        try (Tamper tamper = new Tamper(at)) {
          Heard.Requests victim = new Heard.Requests();
          node.request(victim, client).connect(tamper.endpoint());
          eventually(() -> victim.targets.size() == 1 && heard.up.size() == before + 2);
          tamper.say(attack.getValue());
          eventually(() -> heard.down.size() == before + 1);
        }
        assertThat(heard.down.get(before)).as(attack.getKey()).isIn("MALFORMED", "TOO_LARGE");
        good.targets.get(0).send(before, TimeUnit.SECONDS.toNanos(5), bytes("ok"));
        eventually(() -> good.replies.contains(before + "=ok"));
      }
      Vitals.assertNothingSpins();
      vitals.assertMemoryIsFlat();
      assertThat(good.down).isEmpty();
      assertThat(heard.requests).hasSize(attacks.size());
    }
  }

  private static void attack(Socket socket, byte[] bytes, Heard.Requests good, int id)
      throws IOException {
    socket.getOutputStream().write(bytes);
    good.targets.get(0).send(id, TimeUnit.SECONDS.toNanos(5), bytes("ok"));
    eventually(() -> good.replies.contains(id + "=ok"));
  }

  @Test
  void aThousandSilentConnectionsAreCappedAndTurnedAwayInTime() throws IOException {
    try (Node node = new Node()) {
      Options few =
          impatient().toBuilder()
              .tcp(impatient().tcp().toBuilder().maxPendingHandshakes(50).backlog(1_000).build())
              .build();
      Heard.Replies heard = new Heard.Replies();
      Endpoint at = node.reply(heard, few).bind(ANY);
      Heard.Requests good = new Heard.Requests();
      node.request(good, Options.defaults()).connect(at);
      eventually(() -> good.targets.size() == 1);
      int before = heard.rejections.size(); // of its own handshake, if that took too long
      Vitals vitals = Vitals.now();
      List<Socket> silent = new ArrayList<>();
      for (int i = 0; i < SILENT; i++) {
        silent.add(new Socket(InetAddress.getLoopbackAddress(), at.port()));
      }
      attack(silent.get(0), new byte[0], good, 1);
      eventually(() -> heard.rejections.size() == before + SILENT);
      assertThat(heard.rejections).contains(RejectReason.TOO_MANY, RejectReason.HANDSHAKE_TIMEOUT);
      Vitals.assertNothingSpins();
      vitals.assertMemoryIsFlat();
      for (Socket socket : silent) {
        assertThat(readToEnd(socket)).isTrue();
        socket.close();
      }
      assertThat(good.down).isEmpty();
      Heard.Requests late = new Heard.Requests();
      node.request(late, Options.defaults()).connect(at);
      eventually(() -> late.targets.size() == 1);
    }
  }

  @Test
  void aMessageOverTheLimitClosesThatConnectionWithTheReason() throws IOException {
    try (Node node = new Node()) {
      Options small = Options.builder().maxMessageBytes(10_000).build();
      Heard.Replies heard = new Heard.Replies();
      Endpoint at = node.reply(heard, small).bind(ANY);
      for (long length : new long[] {10_001, 100_000, 1_900_000_000L, -5}) {
        int before = heard.down.size();
        try (Socket socket = up(at)) {
          socket.getOutputStream().write(join(new byte[] {1, 0}, longFrame(2, length)));
          if (length == 10_001) {
            socket.getOutputStream().write(new byte[10_001]);
          }
          eventually(() -> heard.down.size() == before + 1);
        }
        assertThat(heard.down.get(before)).isEqualTo("TOO_LARGE");
      }
      assertThat(heard.requests).isEmpty();
    }
  }

  @Test
  void framesWithoutEndAreNotCollected() throws IOException {
    try (Node node = new Node()) {
      Heard.Replies heard = new Heard.Replies();
      Endpoint at = node.reply(heard, Options.builder().maxMessageBytes(1_000).build()).bind(ANY);
      var metrics = node.metrics;
      try (Socket socket = up(at)) {
        OutputStream out = socket.getOutputStream();
        byte[] frame = join(new byte[] {1, (byte) 200}, new byte[200]);
        for (int i = 0; i < 100_000; i++) {
          out.write(frame);
        }
        out.write(new byte[] {0, 0});
        eventually(() -> metrics.drops(dev.trefoil.spi.PortMetrics.Drop.MULTIPART) == 1);
        assertThat(heard.requests).isEmpty();
      }
    }
  }

  static boolean readToEnd(Socket socket) {
    try {
      socket.setSoTimeout(Math.toIntExact(Node.LIMIT.toMillis()));
      InputStream in = socket.getInputStream();
      while (in.read() >= 0) {
        // the greeting
      }
      return true;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
