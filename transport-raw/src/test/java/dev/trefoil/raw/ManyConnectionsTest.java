package dev.trefoil.raw;

import static dev.trefoil.raw.Rig.bytes;
import static dev.trefoil.raw.Rig.next;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.FrameType;
import dev.trefoil.raw.wire.Frames;
import dev.trefoil.raw.wire.Hello;
import dev.trefoil.raw.wire.SpRole;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Thousands of connections on one loop, each with its own queue. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class ManyConnectionsTest {
  private static final int MANY = 3000;

  @Test
  void oneLoopServesThousands() throws Exception {
    Assumptions.assumeTrue(
        ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
            && system.getMaxFileDescriptorCount() > 2 * MANY + 500,
        "both ends of " + MANY + " connections need descriptors");
    List<Socket> pullers = new ArrayList<>();
    try (Rig rig = new Rig(1)) {
      Rig.Sender pusher = rig.new Sender(Options.defaults());
      Endpoint at = pusher.port.bind(Endpoint.of("sp://127.0.0.1:0"));
      for (int i = 0; i < MANY; i++) {
        Socket puller = new Socket(InetAddress.getLoopbackAddress(), at.port());
        pullers.add(puller);
        puller.setSoTimeout((int) Rig.LIMIT.toMillis());
        puller.getOutputStream().write(HostileList.word(Hello.encode(SpRole.PULL, Dialect.V0)));
      }
      for (int i = 0; i < MANY; i++) {
        assertThat(next(pusher.targets).send(bytes("one for each"))).isTrue();
      }
      byte[] expected =
          HostileList.join(
              HostileList.word(Hello.encode(SpRole.PUSH, Dialect.V0)),
              Frames.encode(FrameType.DATA, 0, 0, Frames.EMPTY, bytes("one for each")));
      for (Socket puller : pullers) {
        assertThat(puller.getInputStream().readNBytes(expected.length)).isEqualTo(expected);
      }
    } finally {
      for (Socket puller : pullers) {
        puller.close();
      }
    }
  }
}
