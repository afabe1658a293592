package dev.trefoil.raw.engine;

import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loop's selector, which is replaced when it fails. It notes what is registered, since a selector
 * that has failed no longer tells. Confined to the loop, but {@link #wakeup}.
 */
final class LoopSelector {
  private static final Logger LOG = LoggerFactory.getLogger(LoopSelector.class);
  private static final int FEW = 64;

  /** Where selectors come from. */
  interface Source {
    /** {@return a new one} */
    Selector open() throws IOException;
  }

  private final Source source;
  private final Set<SelectionKey> registered = new HashSet<>();
  private volatile Selector selector;

  LoopSelector(Source source) throws IOException {
    this.source = source;
    this.selector = source.open();
  }

  SelectionKey register(SelectableChannel channel, int operations, Ready ready) throws IOException {
    try {
      if (registered.size() > FEW + 2 * selector.keys().size()) {
        registered.removeIf(key -> !key.isValid());
      }
      SelectionKey key = channel.register(selector, operations, ready);
      registered.add(key);
      return key;
    } catch (ClosedSelectorException e) {
      throw closed(e);
    }
  }

  /** Holds on to a closed channel no longer, nor to what hangs on it. */
  void forget(@Nullable SelectionKey key) {
    registered.remove(key);
  }

  int selectNow(Consumer<SelectionKey> action) throws IOException {
    try {
      return selector.selectNow(action);
    } catch (ClosedSelectorException e) {
      throw closed(e);
    }
  }

  int select(Consumer<SelectionKey> action, long millis) throws IOException {
    try {
      return selector.select(action, millis);
    } catch (ClosedSelectorException e) {
      throw closed(e);
    }
  }

  /** A caller in {@code steer} is told as of any other failure. */
  private static IOException closed(ClosedSelectorException e) {
    return new IOException("the selector is closed", e);
  }

  /** Ends the select of whoever is in one. Any thread. */
  void wakeup() {
    selector.wakeup();
  }

  /**
   * Opens another one in the place of one that failed.
   *
   * @return what was registered, and no longer is
   */
  List<Ready> replace() throws IOException {
    close();
    selector = source.open();
    List<Ready> orphans = new ArrayList<>();
    for (SelectionKey key : registered) {
      if (key.channel().isOpen()) {
        orphans.add((Ready) key.attachment());
      }
    }
    registered.clear();
    return orphans;
  }

  void close() {
    try {
      selector.close();
    } catch (IOException e) {
      LOG.debug("closing a selector failed", e);
    }
  }
}
