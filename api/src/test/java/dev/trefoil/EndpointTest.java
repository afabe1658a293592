package dev.trefoil;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EndpointTest {
  @ParameterizedTest
  @CsvSource({
    "raw://127.0.0.1:7000, raw, 127.0.0.1, 7000",
    "zmq://*:0, zmq, *, 0",
    "raw+tls://example.org:65535, raw+tls, example.org, 65535",
    "sp://[::1]:9, sp, ::1, 9",
    "sp://[fe80::1%eth0]:9, sp, fe80::1%eth0, 9",
    "RAW://Host:1, raw, Host, 1",
  })
  void anEndpointHasASchemeAHostAndAPort(String text, String scheme, String host, int port) {
    Endpoint endpoint = Endpoint.of(text);
    assertThat(endpoint.scheme()).isEqualTo(scheme);
    assertThat(endpoint.hasHost()).isTrue();
    assertThat(endpoint.host()).isEqualTo(host);
    assertThat(endpoint.port()).isEqualTo(port);
    assertThat(Endpoint.of(endpoint.toString())).isEqualTo(endpoint);
    assertThat(Endpoint.of(scheme, host, port)).isEqualTo(endpoint).hasSameHashCodeAs(endpoint);
  }

  @ParameterizedTest
  @ValueSource(strings = {"inproc://orders", "inproc://a:b/c", "raw+unix:///run/orders.sock"})
  void anEndpointMayHaveANameInstead(String text) {
    Endpoint endpoint = Endpoint.of(text);
    assertThat(endpoint.hasHost()).isFalse();
    assertThat(endpoint.port()).isEqualTo(-1);
    assertThat(endpoint.name()).isEqualTo(text.substring(text.indexOf("://") + 3));
    assertThat(endpoint).hasToString(text).isEqualTo(Endpoint.of(text));
    assertThatThrownBy(endpoint::host).hasMessageContaining("no host");
    assertThatThrownBy(() -> endpoint.withPort(1)).isInstanceOf(EndpointException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "\"\" | has no scheme",
        "localhost:7000 | has no scheme",
        "://host:1 | has no scheme",
        "raw:/host:1 | has no scheme",
        "r aw://host:1 | the scheme 'r aw' has a character it may not",
        "1raw://host:1 | the scheme '1raw'",
        "raw://host | has no port",
        "raw:// | has no port",
        "raw://[::1] | has no port",
        "raw://host: | '' is not a port number",
        "raw://host:http | 'http' is not a port number",
        "raw://host:-1 | '-1' is not a port number",
        "raw://host:+1 | '+1' is not a port number",
        "raw://host:99999999999 | '99999999999' is not a port number",
        "raw://host:70000 | port 70000 is not between 0 and 65535",
        "raw://host:\u0667 | is not a port number",
        "raw://host:7000/path | '7000/path' is not a port number",
        "raw://:7000 | has no host",
        "raw://[]:7000 | has no host",
        "raw://::1:7000 | an IPv6 address stands in brackets: [::1]:7000",
        "raw://fe80::2:7000 | an IPv6 address stands in brackets: [fe80::2]:7000",
        "raw://[::1 | the bracket before its IPv6 address is never closed",
        "raw://[::1:7000 | the bracket before its IPv6 address is never closed",
        "raw://[host]:7000 | only an IPv6 address stands in brackets",
        "raw://user@host:7000 | has a character it may not",
        "raw://ho st:7000 | has a character it may not",
        "raw://ho\u007fst:7000 | has a character it may not",
        "raw://a/b:7000 | has a character it may not",
        "inproc:// | has no name",
        "inproc://a b | a blank or a control character",
        "raw+unix:/// | has no name",
      })
  void whatIsNotAnEndpointIsRefusedInPlainWords(String text, String problem) {
    assertThatThrownBy(() -> Endpoint.of(text))
        .isInstanceOf(EndpointException.class)
        .hasMessageContaining("not a usable endpoint")
        .hasMessageContaining("'" + text + "'")
        .hasMessageContaining(problem)
        .satisfies(e -> assertThat(((EndpointException) e).endpoint()).isEqualTo(text));
  }

  @Test
  void nullIsRefusedInPlainWords() {
    assertThatThrownBy(() -> Endpoint.of(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("an endpoint must not be null");
    assertThatThrownBy(() -> Endpoint.of(null, "host", 1))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("scheme must not be null");
    assertThatThrownBy(() -> Endpoint.of("raw", null, 1))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("host must not be null");
  }

  @Test
  void partsAreCheckedAsATextIs() {
    assertThatThrownBy(() -> Endpoint.of("raw", "host", 70_000)).hasMessageContaining("70000");
    assertThatThrownBy(() -> Endpoint.of("raw", "host", -1)).hasMessageContaining("-1");
    assertThatThrownBy(() -> Endpoint.of("raw", "", 1)).hasMessageContaining("no host");
    assertThat(Endpoint.of("raw", "::1", 7)).hasToString("raw://[::1]:7");
  }

  @Test
  void anotherPortKeepsTheRest() {
    assertThat(Endpoint.of("sp://[::1]:0").withPort(7)).hasToString("sp://[::1]:7");
    assertThat(Endpoint.of("zmq://*:0").withPort(7)).hasToString("zmq://*:7");
  }

  @Test
  void twoWaysToWriteAPortAreOneEndpoint() {
    assertThat(Endpoint.of("raw://host:0080")).isEqualTo(Endpoint.of("raw://host:80"));
    assertThat(Endpoint.of("raw://host:0080")).hasToString("raw://host:80");
  }
}
