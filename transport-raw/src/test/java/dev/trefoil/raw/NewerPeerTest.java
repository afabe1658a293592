package dev.trefoil.raw;

import static dev.trefoil.raw.Rig.bytes;
import static dev.trefoil.raw.Rig.next;
import static dev.trefoil.raw.Rig.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.raw.wire.FrameType;
import dev.trefoil.raw.wire.Frames;
import dev.trefoil.raw.wire.Open;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** v1 can grow: a peer of tomorrow is understood as far as it can be, and never misunderstood. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class NewerPeerTest {
  private static final int OPTIONAL = 0x9A;
  private static final int MANDATORY = 0x1A;

  private static byte[] frame(int type, byte[] body) {
    return Frames.encode(type, 0, 0, Frames.EMPTY, body);
  }

  /** The opening of a later version, with a flag and a field that are not known today. */
  private static byte[] opening() {
    byte[] open = new Open(2, 1 << 30, 1 << 20, 0, 0, 0).encode();
    return HostileList.join(
        HostileList.hex("00 53 50 00 f0 50 00 00"),
        frame(FrameType.OPEN, HostileList.join(open, bytes("and more to come"))));
  }

  @Test
  void whatIsOptionalIsSkippedAndWhatIsNotEndsTheConnection() throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Receiver puller = rig.new Receiver(Options.defaults());
      int port = puller.port.bind(Endpoint.of("raw://127.0.0.1:0")).port();
      try (Socket newer = new Socket(InetAddress.getLoopbackAddress(), port)) {
        OutputStream out = newer.getOutputStream();
        out.write(opening());
        out.write(frame(OPTIONAL, bytes("a hint")));
        out.write(frame(FrameType.DATA, bytes("one")));
        out.write(frame(OPTIONAL, new byte[60_000]));
        out.write(frame(FrameType.DATA, bytes("two")));
        assertThat(text(next(puller.messages))).isEqualTo("one");
        assertThat(text(next(puller.messages))).isEqualTo("two");
        assertThat(puller.downs).isEmpty();

        out.write(frame(MANDATORY, bytes("not understood")));
        assertThat(next(puller.downs)).isEqualTo(DisconnectReason.MALFORMED);
        assertThat(next(puller.details)).contains("frame of type 1a");
      }
    }
  }
}
