package dev.trefoil.zmq;

import static dev.trefoil.zmq.Node.tcp;

import dev.trefoil.Endpoint;
import dev.trefoil.spi.Capability;
import dev.trefoil.spi.Transport;
import dev.trefoil.tck.TransportTest;
import java.util.EnumSet;
import java.util.Set;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** The contract, on ZeroMQ's wire without security. */
class ZmqTransportTest extends TransportTest {
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
  protected boolean sendMultipart(Endpoint puller) {
    try (ZContext plain = new ZContext()) {
      plain.setLinger(5_000);
      ZMQ.Socket push = plain.createSocket(SocketType.PUSH);
      push.connect(tcp(puller));
      push.sendMore("two");
      push.send("frames");
    }
    return true;
  }
}
