package dev.trefoil.zmq;

import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.spi.Capability;
import dev.trefoil.spi.Transport;
import dev.trefoil.tck.TransportTest;
import java.util.EnumSet;
import java.util.Set;

/** The contract, with CURVE. */
class CurveTransportTest extends TransportTest {
  private static final Curve.Keys KEYS = Curve.Keys.generate();

  @Override
  protected Transport newTransport() {
    return new ZmqTransport();
  }

  @Override
  protected Endpoint freshEndpoint() {
    return Node.ANY;
  }

  @Override
  protected Set<Capability> expectedCapabilities() {
    return EnumSet.complementOf(EnumSet.of(Capability.GAP_REPORTS, Capability.ARRIVES_AFTER_CLOSE));
  }

  @Override
  protected Options.Builder options() {
    return Options.builder().settings(Curve.peer(KEYS, KEYS.publicKey(), Set.of(KEYS.publicKey())));
  }
}
