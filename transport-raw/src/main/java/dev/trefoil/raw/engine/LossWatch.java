package dev.trefoil.raw.engine;

import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells which connections the system has given up, among those of a loop that are not read: a reset
 * and a failed keepalive show without reading what came before.
 *
 * <p>It is a selector of its own, in which they wait for {@code OP_CONNECT}. A connected channel is
 * never ready for that, but on an error or a hang-up every channel is ready for whatever it waits
 * for. Below, the system is asked for "writable", which is nearly always so: hence this selector is
 * looked at now and then, and nobody waits in it. It is opened when it is first needed. Confined to
 * the loop.
 */
final class LossWatch extends Timed {
  private static final Logger LOG = LoggerFactory.getLogger(LossWatch.class);

  /** Each look costs something for each connection in it, so all that ask share one. */
  private static final long LEAST_PAUSE_NANOS = 20_000_000;

  private final Loop loop;
  private final List<Ready> lost = new ArrayList<>();
  private @Nullable Selector selector;
  private long lookedAt;

  LossWatch(Loop loop) {
    this.loop = loop;
  }

  /** Has a look at a channel soon; who is attached is told {@code OP_CONNECT} if it is lost. */
  void watch(SelectableChannel channel, Ready ready, long now) {
    try {
      Selector opened = selector;
      if (opened == null) {
        opened = Selector.open();
        selector = opened;
        lookedAt = now - LEAST_PAUSE_NANOS;
      }
      SelectionKey key = channel.keyFor(opened);
      if (key == null) {
        channel.register(opened, SelectionKey.OP_CONNECT, ready);
      } else if (key.isValid()) {
        key.interestOps(SelectionKey.OP_CONNECT);
      }
    } catch (IOException | ClosedSelectorException e) {
      close(); // another one is opened at the next look
      LOG.debug("whether a paused connection is lost cannot be seen now", e);
      return;
    }
    long due = lookedAt + LEAST_PAUSE_NANOS;
    loop.schedule(this, due - now > 0 ? due : now);
  }

  /** The channel is read again. */
  void rest(SelectableChannel channel) {
    SelectionKey key = keyOf(channel);
    if (key != null && key.isValid()) {
      key.interestOps(0);
    }
  }

  /** The channel is about to be closed: the system keeps it until this selector has let go. */
  void forget(SelectableChannel channel, long now) {
    if (keyOf(channel) != null) {
      loop.schedule(this, now);
    }
  }

  private @Nullable SelectionKey keyOf(SelectableChannel channel) {
    Selector opened = selector;
    return opened == null ? null : channel.keyFor(opened);
  }

  @Override
  long tick(long now) {
    Selector opened = selector;
    if (opened == null) {
      return Long.MAX_VALUE;
    }
    lookedAt = now;
    try {
      opened.selectNow(key -> lost.add((Ready) key.attachment()));
      lost.forEach(LossWatch::tell);
    } catch (IOException | ClosedSelectorException e) {
      close();
      LOG.debug("looking for lost connections failed", e);
    } finally {
      lost.clear();
    }
    return Long.MAX_VALUE;
  }

  private static void tell(Ready each) {
    try {
      each.ready(SelectionKey.OP_CONNECT);
    } catch (RuntimeException | Error e) { // the others are lost nonetheless
      LOG.error("the loss of a connection was not seen to", e);
      each.failed(e);
    }
  }

  /** Closes the selector. */
  void close() {
    Selector opened = selector;
    selector = null;
    if (opened != null) {
      try {
        opened.close();
      } catch (IOException e) {
        LOG.debug("closing a selector failed", e);
      }
    }
  }
}
