package dev.trefoil.inproc;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Peer;
import dev.trefoil.inproc.InprocPublishPort.PublishEnd;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.SubscribePort;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A subscriber's port: tells each publisher what it wants, which filters for it. */
final class InprocSubscribePort extends InprocPort implements SubscribePort {
  private final SubscribePort.Listener listener;

  /** Used on the loop only, which so tells publishers of changes in their order. */
  private final Set<byte[]> topics = new TreeSet<>(Arrays::compareUnsigned);

  InprocSubscribePort(
      InprocTransport transport, PortContext context, SubscribePort.Listener listener) {
    super(transport, context, Side.SUBSCRIBER, listener);
    this.listener = listener;
  }

  @Override
  public void subscribe(byte[] topic) {
    if (!isClosed()) {
      loop().post(() -> subscribeEverywhere(topic));
    }
  }

  private void subscribeEverywhere(byte[] topic) {
    if (topics.add(topic)) {
      tellPublishers(publisher -> publisher.wants(List.of(topic)));
    }
  }

  @Override
  public void unsubscribe(byte[] topic) {
    if (!isClosed()) {
      loop().post(() -> unsubscribeEverywhere(topic));
    }
  }

  private void unsubscribeEverywhere(byte[] topic) {
    if (topics.remove(topic)) {
      tellPublishers(publisher -> publisher.wantsNoMore(topic));
    }
  }

  private void tellPublishers(Consumer<PublishEnd> news) {
    for (End end : ends()) {
      PublishEnd publisher = (PublishEnd) end.other();
      publisher.port().loop().post(() -> news.accept(publisher));
    }
  }

  @Override
  public void resume() {
    resumeReading();
  }

  @Override
  void batchEnd() {
    listener.batchEnd();
  }

  @Override
  End newEnd(Peer peer, InprocPort other, @Nullable InprocConnector connector) {
    return new SubscribeEnd(peer, connector);
  }

  private final class SubscribeEnd extends End {
    private SubscribeEnd(Peer peer, @Nullable InprocConnector connector) {
      super(InprocSubscribePort.this, peer, connector);
    }

    @Override
    void onUp() {
      List<byte[]> all = List.copyOf(topics);
      if (!all.isEmpty()) {
        PublishEnd publisher = (PublishEnd) other();
        publisher.port().loop().post(() -> publisher.wants(all));
      }
    }

    @Override
    void onDown(DisconnectReason reason, String detail) {}

    @Override
    boolean deliver(Message message) {
      long missed = 0;
      Message.Published published;
      if (message instanceof Message.Gapped gapped) {
        published = gapped.published;
        missed = gapped.missed;
      } else {
        published = (Message.Published) message;
      }
      // The arrays are shared with other subscribers, and the user may write into his.
      return listener.message(peer(), published.topic.clone(), published.body.clone(), missed);
    }
  }
}
