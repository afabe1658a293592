package dev.trefoil.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.trefoil.BindFailedException;
import dev.trefoil.Endpoint;
import dev.trefoil.EndpointException;
import dev.trefoil.Messaging;
import dev.trefoil.Replier;
import dev.trefoil.Requester;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Endpoints, and what binding to one does. */
abstract class BindRules extends Rules {
  private static final int LAST_PRIVILEGED_PORT = 1023;

  BindRules(TransportTest kit) {
    super(kit);
  }

  @Test
  void e1_shouldDeclareTheExpectedCapabilities() {
    String scheme = kit.freshEndpoint().scheme();
    try (var transport = kit.newTransport()) {
      assertThat(transport.schemes()).as("schemes() of the transport").contains(scheme);
      assertThat(transport.capabilities(scheme))
          .as(
              "capabilities(\"%s\") of the transport, against the test's expectedCapabilities()",
              scheme)
          .containsExactlyInAnyOrderElementsOf(kit.expectedCapabilities());
    }
  }

  @Test
  void e1_shouldBeFoundOnTheClassPath() {
    try (Messaging messaging = Messaging.create()) {
      assertThat(messaging.schemes())
          .as("schemes that ServiceLoader finds: META-INF/services/dev.trefoil.spi.Transport")
          .contains(kit.freshEndpoint().scheme());
    }
  }

  @Test
  void e1_shouldRefuseASchemeThatNoTransportHas() {
    Replier<String, String> role = near().replier(options());
    assertThatThrownBy(() -> role.bind("pigeon://127.0.0.1:0"))
        .isInstanceOf(EndpointException.class)
        .hasMessageContaining("pigeon://127.0.0.1:0");
    assertThatThrownBy(() -> role.connect("pigeon://127.0.0.1:7000"))
        .isInstanceOf(EndpointException.class)
        .hasMessageContaining("pigeon");
  }

  @Test
  void e1_shouldRefuseAMalformedEndpoint() {
    Replier<String, String> role = near().replier(options());
    String scheme = kit.freshEndpoint().scheme();
    List<String> bad =
        kit.freshEndpoint().hasHost()
            ? List.of(
                "://127.0.0.1:70000", "://:7000", "://127.0.0.1", "://127.0.0.1:x", "://::1:7")
            : List.of("://", "://a b", ":/name", "");
    for (String rest : bad) {
      String text = scheme + rest;
      assertThatThrownBy(() -> role.bind(text))
          .as("bind of %s", text)
          .isInstanceOf(EndpointException.class)
          .hasMessageContaining(text);
      assertThatThrownBy(() -> role.connect(text))
          .as("connect to %s", text)
          .isInstanceOf(EndpointException.class)
          .hasMessageContaining(text);
    }
  }

  @Test
  void e1_shouldListenOnEveryAddressForm() throws Exception {
    Endpoint fresh = kit.freshEndpoint();
    Requester<String, String> asks = near().requester(options());
    Replier<String, String> answers = far().replier(request -> request, options());
    if (!fresh.hasHost()) {
      asks.connect(bind(answers));
    } else {
      int port = answers.bind(Endpoint.of(fresh.scheme(), "*", 0)).port();
      asks.connect(fresh.withPort(port));
      if (hasIpv6()) {
        int port6 = answers.bind(Endpoint.of(fresh.scheme(), "::1", 0)).port();
        near().requester(options()).connect(Endpoint.of(fresh.scheme() + "://[::1]:" + port6));
        awaitPeers(answers, 2);
      }
    }
    assertThat(asks.request("there?")).isEqualTo("there?");
  }

  private static boolean hasIpv6() {
    byte[] loopback6 = new byte[16];
    loopback6[15] = 1;
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getByAddress(loopback6), 0));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void e2_shouldReturnTheEndpointItGot() throws Exception {
    Replier<String, String> answers = far().replier(request -> request, options());
    Endpoint first = bind(answers);
    Endpoint second = bind(answers);
    assertThat(first).as("two binds of %s", kit.freshEndpoint()).isNotEqualTo(second);
    for (Endpoint at : List.of(first, second)) {
      assertThat(at.scheme()).isEqualTo(kit.freshEndpoint().scheme());
      assertThat(at.port()).as("the port of %s", at).isNotZero();
      Requester<String, String> asks = near().requester(options());
      asks.connect(at);
      assertThat(asks.request("at " + at)).isEqualTo("at " + at);
    }
  }

  @Test
  void e3_shouldSayThatAnEndpointIsInUse() throws Exception {
    Replier<String, String> first = far().replier(request -> "first", options());
    Endpoint taken = bind(first);
    Replier<String, String> second = near().replier(request -> "second", options());
    BindFailedException failure =
        catchThrowableOfType(BindFailedException.class, () -> second.bind(taken));
    assertThat(failure)
        .as("bind of %s, where another role listens, must throw BindFailedException", taken)
        .isNotNull();
    assertThat(failure.reason()).isEqualTo(BindFailedException.Reason.IN_USE);
    assertThat(failure.endpoint()).isEqualTo(taken);
    assertThat(failure).hasMessageContaining(taken.toString());

    first.close();
    assertThat(second.bind(taken)).as("bind of an endpoint that was released").isEqualTo(taken);
    Requester<String, String> asks = near().requester(options());
    asks.connect(taken);
    assertThat(asks.request("who?")).isEqualTo("second");
  }

  @Test
  void e3_shouldLeaveTheRoleUsableAfterAFailedBind() throws Exception {
    Endpoint taken = bind(far().replier(options()));
    Replier<String, String> answers = near().replier(request -> request, options());
    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(() -> answers.bind(taken)).isInstanceOf(BindFailedException.class);
    }
    Requester<String, String> asks = far().requester(options());
    link(answers, asks);
    assertThat(asks.request("still?")).isEqualTo("still?");
  }

  @Test
  void e3_shouldSayThatAnAddressIsNotLocal() {
    assertBindFails("192.0.2.1", 0, BindFailedException.Reason.NOT_LOCAL);
  }

  @Test
  void e3_shouldSayThatAHostIsUnknown() {
    // A label of more than 63 letters can be in no name: the system says so without asking anybody.
    String host = "x".repeat(64) + ".invalid";
    assertBindFails(host, 0, BindFailedException.Reason.UNKNOWN_HOST);
  }

  @Test
  void e3_shouldSayThatAPortNeedsPrivilege() throws IOException {
    Endpoint fresh = kit.freshEndpoint();
    if (fresh.hasHost() && mayBindPrivileged()) {
      Endpoint low = fresh.withPort(LAST_PRIVILEGED_PORT);
      assertThat(far().replier(options()).bind(low))
          .as("bind of %s by a process that has the right to it", low)
          .isEqualTo(low);
    } else {
      assertBindFails(
          "127.0.0.1", LAST_PRIVILEGED_PORT, BindFailedException.Reason.NEEDS_PRIVILEGE);
    }
  }

  private static boolean mayBindPrivileged() {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), LAST_PRIVILEGED_PORT));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Where endpoints are names there is no host or port to be wrong: any name can be bound. */
  private void assertBindFails(String host, int port, BindFailedException.Reason reason) {
    Endpoint fresh = kit.freshEndpoint();
    Replier<String, String> role = near().replier(options());
    if (!fresh.hasHost()) {
      assertThat(role.bind(fresh).hasHost()).as("whether a name became a host").isFalse();
      return;
    }
    String endpoint = fresh.scheme() + "://" + host + ":" + port;
    BindFailedException failure =
        catchThrowableOfType(BindFailedException.class, () -> role.bind(endpoint));
    assertThat(failure).as("bind of %s must throw BindFailedException", endpoint).isNotNull();
    assertThat(failure.reason()).as("why %s cannot be bound", endpoint).isEqualTo(reason);
    assertThat(failure).hasMessageContaining(endpoint);
  }
}
