package dev.trefoil.raw;

import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.spi.Capability;
import dev.trefoil.spi.Transport;
import dev.trefoil.tck.TransportTest;
import java.util.EnumSet;
import java.util.Set;

/** Plain SP keeps what its wire can carry of the contract inside TLS, too. */
final class SpTlsKitTest extends TransportTest {
  @Override
  protected Transport newTransport() {
    return new RawTransport();
  }

  @Override
  protected Endpoint freshEndpoint() {
    return Endpoint.of("sp+tls://127.0.0.1:0");
  }

  @Override
  protected Options.Builder options() {
    return Options.builder().settings(Certificates.mutual());
  }

  @Override
  protected Set<Capability> expectedCapabilities() {
    return EnumSet.of(
        Capability.PEER_LOSS,
        Capability.DROP_OLDEST,
        Capability.BLOCK_PUBLISHER,
        Capability.DISCONNECT_SLOW,
        Capability.ARRIVES_AFTER_CLOSE);
  }
}
