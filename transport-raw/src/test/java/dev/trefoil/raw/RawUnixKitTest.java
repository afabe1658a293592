package dev.trefoil.raw;

import dev.trefoil.Endpoint;
import dev.trefoil.spi.Capability;
import dev.trefoil.spi.Transport;
import dev.trefoil.tck.TransportTest;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;

/** Our own protocol keeps the whole contract on Unix sockets. */
final class RawUnixKitTest extends TransportTest {
  private static final AtomicInteger COUNT = new AtomicInteger();

  @TempDir static Path folder;

  @Override
  protected Transport newTransport() {
    return new RawTransport();
  }

  @Override
  protected Endpoint freshEndpoint() {
    return Endpoint.of("raw+unix://" + folder.resolve("kit-" + COUNT.incrementAndGet()));
  }

  @Override
  protected Set<Capability> expectedCapabilities() {
    return EnumSet.allOf(Capability.class);
  }
}
