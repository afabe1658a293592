package dev.trefoil.raw;

import static dev.trefoil.raw.Rig.bytes;
import static dev.trefoil.raw.Rig.next;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.tck.LeakCheck;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A thousand connections come and go, and nothing stays: no descriptor, thread or direct memory.
 */
@ExtendWith(LeakCheck.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class TlsLeakTest {
  private static final int CONNECTIONS = 1000;

  @Test
  void connectionsThatCameAndWentLeaveNothing() throws Exception {
    Options options = Options.builder().settings(Certificates.mutual()).build();
    try (Rig rig = new Rig()) {
      Rig.Answerer replier = rig.new Answerer(options);
      Endpoint at = replier.port.bind(Endpoint.of("raw+tls://127.0.0.1:0"));
      Rig.Asker requester = rig.new Asker(options);
      for (int i = 0; i < CONNECTIONS; i++) {
        requester.port.connect(at);
        next(requester.targets).send(i, 1, bytes("hello"));
        assertThat(next(requester.replies)).isEqualTo(i + " hello");
        requester.port.disconnect(at);
        next(requester.downs);
      }
      Awaitility.await().atMost(Rig.LIMIT).until(() -> replier.downs.size() == CONNECTIONS);
      assertThat(replier.rejections).isEmpty();
    }
  }

  @Test
  void handshakesThatBreakOffLeaveNothing() throws Exception {
    Options options = Options.builder().settings(Certificates.mutual()).build();
    try (Rig rig = new Rig()) {
      Rig.Answerer replier = rig.new Answerer(options);
      Endpoint at = replier.port.bind(Endpoint.of("raw+tls://127.0.0.1:0"));
      for (int i = 0; i < CONNECTIONS; i++) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), at.port())) {
          socket.getOutputStream().write(new byte[] {0x16, 3, 1, 0, 100});
        }
        next(replier.rejections);
      }
      Rig.Asker requester = rig.new Asker(options);
      requester.port.connect(at);
      next(requester.targets);
    }
  }
}
