package dev.trefoil.raw;

import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.spi.Capability;
import dev.trefoil.spi.Transport;
import dev.trefoil.tck.TransportTest;
import java.util.EnumSet;
import java.util.Set;

/** Our own protocol keeps the whole contract inside TLS, with certificates on both sides. */
final class RawTlsKitTest extends TransportTest {
  @Override
  protected Transport newTransport() {
    return new RawTransport();
  }

  @Override
  protected Endpoint freshEndpoint() {
    return Endpoint.of("raw+tls://127.0.0.1:0");
  }

  @Override
  protected Options.Builder options() {
    return Options.builder().settings(Certificates.mutual());
  }

  @Override
  protected Set<Capability> expectedCapabilities() {
    return EnumSet.allOf(Capability.class);
  }
}
