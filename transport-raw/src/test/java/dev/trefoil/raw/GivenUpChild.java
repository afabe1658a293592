package dev.trefoil.raw;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.TcpOptions;
import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.FrameType;
import dev.trefoil.raw.wire.Frames;
import dev.trefoil.raw.wire.Hello;
import dev.trefoil.raw.wire.SpRole;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A puller that is full, and a pusher of v0 that leaves more behind than is read ahead. Must have a
 * network of its own, of which it lets the packets vanish.
 */
final class GivenUpChild {
  private static final int MESSAGE = 10_000;

  private GivenUpChild() {}

  public static void main(String[] arguments) throws Exception {
    TcpOptions tcp =
        TcpOptions.builder()
            .receiveBufferBytes(1 << 20)
            .keepAliveIdle(Duration.ofSeconds(1))
            .keepAliveInterval(Duration.ofSeconds(1))
            .keepAliveCount(2)
            .build();
    Options options = Options.builder().heartbeatInterval(Duration.ofMillis(100)).tcp(tcp).build();
    try (Rig rig = new Rig()) {
      Rig.Receiver puller = rig.new Receiver(options);
      puller.limit = 1;
      int port = puller.port.bind(Endpoint.of("sp://127.0.0.1:0")).port();
      Socket pusher = new Socket(InetAddress.getLoopbackAddress(), port);
      pusher.getOutputStream().write(HostileList.word(Hello.encode(SpRole.PUSH, Dialect.V0)));
      byte[] message = Frames.encode(FrameType.DATA, 0, 0, Frames.EMPTY, new byte[MESSAGE]);
      for (int i = 0; i < 15; i++) {
        pusher.getOutputStream().write(message);
      }
      Rig.next(puller.ups);
      // Long enough for probes to be answered, if they are: nothing may be missed yet.
      tell("early", puller.downs.poll(2, TimeUnit.SECONDS));
      switch (arguments[0]) {
        case "closes" -> pusher.close();
        case "vanishes" -> swallowPackets();
        default -> throw new IllegalArgumentException(arguments[0]);
      }
      tell("told", puller.downs.poll(20, TimeUnit.SECONDS));
      tell("words", puller.details.poll(20, TimeUnit.SECONDS));
      puller.limit = Integer.MAX_VALUE;
      puller.port.resume();
      for (int i = 0; i < 15; i++) {
        Rig.next(puller.messages);
      }
      System.out.println("all messages came");
    }
  }

  private static void tell(String what, Object value) {
    String words = value instanceof DisconnectReason reason ? reason.tag() : "" + value;
    System.out.println(what + " " + words);
  }

  private static void swallowPackets() throws IOException, InterruptedException {
    Process tc =
        new ProcessBuilder("tc", "qdisc", "add", "dev", "lo", "root", "blackhole")
            .inheritIO()
            .start();
    if (tc.waitFor() != 0) {
      throw new IOException("tc failed");
    }
  }
}
