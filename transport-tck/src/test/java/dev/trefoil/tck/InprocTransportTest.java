package dev.trefoil.tck;

import dev.trefoil.Endpoint;
import dev.trefoil.inproc.InprocTransport;
import dev.trefoil.spi.Capability;
import dev.trefoil.spi.Transport;
import java.util.EnumSet;
import java.util.Set;

/** The whole contract on {@code inproc://}, which supports all of it but heartbeats. */
class InprocTransportTest extends TransportTest {
  @Override
  protected Transport newTransport() {
    return new InprocTransport();
  }

  @Override
  protected Endpoint freshEndpoint() {
    return Endpoint.of("inproc://*");
  }

  @Override
  protected Set<Capability> expectedCapabilities() {
    return EnumSet.complementOf(EnumSet.of(Capability.HEARTBEATS));
  }
}
