package dev.trefoil.raw;

import static dev.trefoil.raw.Rig.next;
import static dev.trefoil.raw.Rig.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.Hello;
import dev.trefoil.raw.wire.SpRole;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a peer's TLS may do in the middle of a connection, by a scripted peer on the JDK's sockets.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class TlsMidwayTest {
  private static final Options SERVER =
      Options.builder().settings(Certificates.get().server.with().build()).build();

  private static SSLSocket dial(Endpoint at, String version) throws Exception {
    SSLSocket socket =
        (SSLSocket)
            Certificates.context("client", "authority")
                .getSocketFactory()
                .createSocket("localhost", at.port());
    socket.setEnabledProtocols(new String[] {version});
    socket.setSoTimeout((int) Rig.LIMIT.toMillis());
    socket.startHandshake();
    return socket;
  }

  private static void sayHello(SSLSocket socket) throws IOException {
    byte[] hello = new byte[Hello.BYTES];
    ByteBuffer.wrap(hello).putLong(Hello.encode(SpRole.PUSH, Dialect.V0));
    socket.getOutputStream().write(hello);
    assertThat(socket.getInputStream().readNBytes(Hello.BYTES)).hasSize(Hello.BYTES);
  }

  private static void push(SSLSocket socket, byte[] body) throws IOException {
    socket
        .getOutputStream()
        .write(ByteBuffer.allocate(8 + body.length).putLong(body.length).put(body).array());
  }

  /** In TLS 1.3 a second handshake is a change of keys, asked of both sides. */
  @Test
  void keysMayChangeInMidConnection() throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Receiver puller = rig.new Receiver(SERVER);
      Endpoint at = puller.port.bind(Endpoint.of("raw+tls://127.0.0.1:0"));
      try (SSLSocket socket = dial(at, "TLSv1.3")) {
        sayHello(socket);
        for (int i = 0; i < 20; i++) {
          push(socket, Rig.bytes("before change " + i));
          socket.startHandshake();
        }
        push(socket, Rig.bytes("after"));
        for (int i = 0; i < 20; i++) {
          assertThat(text(next(puller.messages))).isEqualTo("before change " + i);
        }
        assertThat(text(next(puller.messages))).isEqualTo("after");
        assertThat(puller.downs).isEmpty();
      }
    }
  }

  @Test
  void renegotiationIsRefused() throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Receiver puller = rig.new Receiver(SERVER);
      Endpoint at = puller.port.bind(Endpoint.of("raw+tls://127.0.0.1:0"));
      try (SSLSocket socket = dial(at, "TLSv1.2")) {
        sayHello(socket);
        push(socket, Rig.bytes("before"));
        assertThatThrownBy(
                () -> {
                  socket.startHandshake();
                  socket.getInputStream().read();
                })
            .isInstanceOf(IOException.class);
        assertThat(text(next(puller.messages))).isEqualTo("before");
        assertThat(next(puller.downs)).isEqualTo(DisconnectReason.MALFORMED);
        assertThat(next(puller.details)).contains("renegotiate");
      }
    }
  }

  @Test
  void whatWasSentBeforeASuddenEndIsDelivered() throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Receiver puller = rig.new Receiver(SERVER);
      Endpoint at = puller.port.bind(Endpoint.of("raw+tls://127.0.0.1:0"));
      for (String version : new String[] {"TLSv1.2", "TLSv1.3"}) {
        try (SSLSocket socket = dial(at, version)) {
          sayHello(socket);
          for (int i = 0; i < 1000; i++) {
            push(socket, new byte[1000]);
          }
        }
        for (int i = 0; i < 1000; i++) {
          assertThat(next(puller.messages)).hasSize(1000);
        }
        assertThat(next(puller.downs)).isEqualTo(DisconnectReason.CLOSED_BY_PEER);
      }
    }
  }
}
