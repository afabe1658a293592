package dev.trefoil.zmq;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who wants which prefix. A lookup costs one hash for each length that a prefix has, however many
 * prefixes there are. Not thread-safe: its owner's lock guards it.
 *
 * @param <S> who subscribes
 */
final class TopicIndex<S> {
  private final TreeMap<Integer, Map<Prefix, Map<S, Integer>>> byLength = new TreeMap<>();

  /** Counts one more wish of a subscriber for a prefix. */
  void add(byte[] bytes, int from, S subscriber) {
    Prefix prefix = Prefix.copyOf(bytes, from, bytes.length - from);
    byLength
        .computeIfAbsent(prefix.length, length -> new HashMap<>())
        .computeIfAbsent(prefix, wanted -> new LinkedHashMap<>())
        .merge(subscriber, 1, Integer::sum);
  }

  /** Counts one less; returns false if there was none. */
  boolean remove(byte[] bytes, int from, S subscriber) {
    Prefix prefix = new Prefix(bytes, from, bytes.length - from);
    Map<Prefix, Map<S, Integer>> prefixes = byLength.get(prefix.length);
    Map<S, Integer> subscribers = prefixes == null ? null : prefixes.get(prefix);
    Integer count = subscribers == null ? null : subscribers.get(subscriber);
    if (prefixes == null || subscribers == null || count == null) {
      return false;
    }
    if (count > 1) {
      subscribers.put(subscriber, count - 1);
      return true;
    }
    subscribers.remove(subscriber);
    prune(prefix, prefixes, subscribers);
    return true;
  }

  /** Forgets every wish of a subscriber for these prefixes. */
  void removeAll(Iterable<byte[]> wishes, S subscriber) {
    for (byte[] wish : wishes) {
      Prefix prefix = new Prefix(wish, 0, wish.length);
      Map<Prefix, Map<S, Integer>> prefixes = byLength.get(prefix.length);
      Map<S, Integer> subscribers = prefixes == null ? null : prefixes.get(prefix);
      if (prefixes != null && subscribers != null) {
        subscribers.remove(subscriber);
        prune(prefix, prefixes, subscribers);
      }
    }
  }

  private void prune(
      Prefix prefix, Map<Prefix, Map<S, Integer>> prefixes, Map<S, Integer> subscribers) {
    if (subscribers.isEmpty()) {
      prefixes.remove(prefix);
      if (prefixes.isEmpty()) {
        byLength.remove(prefix.length);
      }
    }
  }

  /** Calls back for each subscriber of each prefix of a topic: one with two prefixes twice. */
  void match(byte[] topic, Consumer<S> found) {
    for (Map.Entry<Integer, Map<Prefix, Map<S, Integer>>> entry : byLength.entrySet()) {
      if (entry.getKey() > topic.length) {
        return;
      }
      Map<S, Integer> subscribers = entry.getValue().get(new Prefix(topic, 0, entry.getKey()));
      if (subscribers != null) {
        subscribers.keySet().forEach(found);
      }
    }
  }

  /** {@return whether anybody wants a topic} */
  boolean matches(byte[] topic) {
    for (Map.Entry<Integer, Map<Prefix, Map<S, Integer>>> entry : byLength.entrySet()) {
      if (entry.getKey() > topic.length) {
        return false;
      }
      if (entry.getValue().containsKey(new Prefix(topic, 0, entry.getKey()))) {
        return true;
      }
    }
    return false;
  }

  /** Some bytes of an array, compared by value. */
  private static final class Prefix {
    private final byte[] bytes;
    private final int from;
    private final int length;
    private final int hash;

    Prefix(byte[] bytes, int from, int length) {
      this.bytes = bytes;
      this.from = from;
      this.length = length;
      int sum = 1;
      for (int i = from; i < from + length; i++) {
        sum = 31 * sum + bytes[i];
      }
      this.hash = sum;
    }

    static Prefix copyOf(byte[] bytes, int from, int length) {
      return new Prefix(Arrays.copyOfRange(bytes, from, from + length), 0, length);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Prefix that
          && hash == that.hash
          && Arrays.equals(
              bytes, from, from + length, that.bytes, that.from, that.from + that.length);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }
}
