package dev.trefoil.zmq;

import static org.awaitility.Awaitility.await;

import dev.trefoil.Endpoint;
import dev.trefoil.Idle;
import dev.trefoil.Options;
import dev.trefoil.spi.Port;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.PortMetrics;
import dev.trefoil.spi.PublishPort;
import dev.trefoil.spi.PullPort;
import dev.trefoil.spi.PushPort;
import dev.trefoil.spi.ReplyPort;
import dev.trefoil.spi.RequestPort;
import dev.trefoil.spi.SubscribePort;
import dev.trefoil.spi.TransportContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.zeromq.ZMQ;

/** A started transport, the ports opened on it and their counters; closes them all. */
final class Node implements AutoCloseable {
  static final Endpoint ANY = Endpoint.of("zmq://127.0.0.1:0");

  /** Nothing takes so long; on a busy machine some of it takes more than ten seconds. */
  static final Duration LIMIT = Duration.ofSeconds(30);

  final ZmqTransport transport = new ZmqTransport();
  final RealTime time = new RealTime();
  final List<Port> ports = new ArrayList<>();
  PortMetrics metrics = new PortMetrics();

  Node() {
    transport.start(new TransportContext("test", time, 1, Idle.PARK));
  }

  private PortContext context(Options options) {
    metrics = new PortMetrics();
    return new PortContext("test", options, metrics, 4711);
  }

  private <P extends Port> P kept(P port) {
    ports.add(port);
    return port;
  }

  RequestPort request(RequestPort.Listener listener, Options options) {
    return kept(transport.openRequest(context(options), listener));
  }

  ReplyPort reply(ReplyPort.Listener listener, Options options) {
    return kept(transport.openReply(context(options), listener));
  }

  PublishPort publish(PublishPort.Listener listener, Options options) {
    return kept(transport.openPublish(context(options), listener));
  }

  SubscribePort subscribe(SubscribePort.Listener listener, Options options) {
    return kept(transport.openSubscribe(context(options), listener));
  }

  PushPort push(PushPort.Listener listener, Options options) {
    return kept(transport.openPush(context(options), listener));
  }

  PullPort pull(PullPort.Listener listener, Options options) {
    return kept(transport.openPull(context(options), listener));
  }

  static void eventually(Callable<Boolean> condition) {
    await().pollInterval(Duration.ofMillis(2)).atMost(LIMIT).until(condition);
  }

  /**
   * Binds a plain socket. One that JeroMQ's own connecter makes stays silent now and then, see
   * docs/zmq-traps.md: so it binds here.
   */
  static Endpoint boundBy(ZMQ.Socket socket) {
    return Endpoint.of("zmq://127.0.0.1:" + socket.bindToRandomPort("tcp://127.0.0.1"));
  }

  static String tcp(Endpoint endpoint) {
    return "tcp://" + endpoint.name();
  }

  @Override
  public void close() {
    for (Port port : ports) {
      port.close(Duration.ZERO);
    }
    transport.close();
    time.close();
  }
}
