package dev.trefoil.tck;

import dev.trefoil.inproc.InprocTransport;
import dev.trefoil.spi.Capability;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.PublishPort;
import dev.trefoil.spi.PullPort;
import dev.trefoil.spi.PushPort;
import dev.trefoil.spi.ReplyPort;
import dev.trefoil.spi.RequestPort;
import dev.trefoil.spi.SubscribePort;
import dev.trefoil.spi.Transport;
import dev.trefoil.spi.TransportContext;
import java.util.Set;

/**
 * A transport that works, to be broken in one place: a fault overrides the one wrapper that it
 * needs. The others hand over what they were given.
 */
abstract class FaultyTransport implements Transport {
  private final Transport working = new InprocTransport();

  PushPort push(PushPort port) {
    return port;
  }

  PushPort.Listener push(PushPort.Listener listener) {
    return listener;
  }

  PullPort pull(PullPort port) {
    return port;
  }

  PullPort.Listener pull(PullPort.Listener listener) {
    return listener;
  }

  RequestPort.Listener request(RequestPort.Listener listener) {
    return listener;
  }

  ReplyPort reply(ReplyPort port) {
    return port;
  }

  ReplyPort.Listener reply(ReplyPort.Listener listener) {
    return listener;
  }

  PublishPort publish(PublishPort port) {
    return port;
  }

  SubscribePort.Listener subscribe(SubscribePort.Listener listener) {
    return listener;
  }

  SubscribePort subscribe(SubscribePort port) {
    return port;
  }

  @Override
  public Set<Capability> capabilities(String scheme) {
    return working.capabilities(scheme);
  }

  @Override
  public final String name() {
    return working.name();
  }

  @Override
  public final Set<String> schemes() {
    return working.schemes();
  }

  @Override
  public final void start(TransportContext context) {
    working.start(context);
  }

  @Override
  public final RequestPort openRequest(PortContext context, RequestPort.Listener listener) {
    return working.openRequest(context, request(listener));
  }

  @Override
  public final ReplyPort openReply(PortContext context, ReplyPort.Listener listener) {
    return reply(working.openReply(context, reply(listener)));
  }

  @Override
  public final PublishPort openPublish(PortContext context, PublishPort.Listener listener) {
    return publish(working.openPublish(context, listener));
  }

  @Override
  public final SubscribePort openSubscribe(PortContext context, SubscribePort.Listener listener) {
    return subscribe(working.openSubscribe(context, subscribe(listener)));
  }

  @Override
  public final PushPort openPush(PortContext context, PushPort.Listener listener) {
    return push(working.openPush(context, push(listener)));
  }

  @Override
  public final PullPort openPull(PortContext context, PullPort.Listener listener) {
    return pull(working.openPull(context, pull(listener)));
  }

  @Override
  public final void close() {
    working.close();
  }
}
