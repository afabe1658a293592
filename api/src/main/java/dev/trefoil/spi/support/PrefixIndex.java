package dev.trefoil.spi.support;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who subscribed to which byte prefixes, and who of them wants a message of some topic.
 *
 * <p>Any thread may call any method. Looking up takes no lock and may go on while others change the
 * index: a subscription that is there all the time is found, one that comes or goes meanwhile may
 * be found or not. Changes take {@code lock}.
 *
 * <p>It is a hash table of prefixes. A lookup hashes the topic once from left to right and probes
 * the table at each length that some prefix has, so it costs as much as the topic is long,
 * whatever the number of subscriptions. The hash is seeded at random: who chooses the prefixes
 * cannot choose their slots.
 *
 * @param <S> a subscriber; told apart by {@code equals}
 */
public final class PrefixIndex<S> {
  private static final Object[] NOBODY = {};
  private static final int FEWEST_SLOTS = 16;

  /** Stands where an entry was, so that probing goes on past it; equal to no prefix. */
  private static final Entry REMOVED = new Entry(0, new byte[0]);

  /** A prefix and whoever subscribed to it. It never moves within a table. */
  private static final class Entry {
    private final long hash;
    private final byte[] prefix;

    /** Replaced, never changed. */
    private volatile Object[] subscribers = NOBODY;

    private Entry(long hash, byte[] prefix) {
      this.hash = hash;
      this.prefix = prefix;
    }
  }

  private final long seed = ThreadLocalRandom.current().nextLong();
  private final long multiplier = ThreadLocalRandom.current().nextLong() | 1;

  /** Guards every change. */
  private final ReentrantLock lock = new ReentrantLock();

  /** Read under the lock only: what each subscriber has. */
  private final Map<S, Set<Entry>> entriesOf = new HashMap<>();

  /** Read under the lock only: how many entries have each length. */
  private final Map<Integer, Integer> entriesOfLength = new HashMap<>();

  /** Read under the lock only: slots that are not null, and entries among them. */
  private int usedSlots;

  private int entries;

  /** The lengths that entries have, in rising order. Replaced, never changed. */
  private volatile int[] lengths = {};

  /** Open addressing; a slot that was used is not null again. Replaced when half is used. */
  private volatile AtomicReferenceArray<@Nullable Entry> slots =
      new AtomicReferenceArray<>(FEWEST_SLOTS);

  /** Makes an empty one. */
  public PrefixIndex() {}

  /**
   * Subscribes. Costs as much as the prefix is long and as it has subscribers.
   *
   * @param prefix what topics start with; empty for every topic; it is copied
   * @param subscriber who wants them
   * @return false if it was there already
   */
  public boolean add(byte[] prefix, S subscriber) {
    long hash = hash(seed, prefix, 0, prefix.length);
    lock.lock();
    try {
      Entry entry = find(slots, hash, prefix, prefix.length);
      if (entry == null) {
        entry = new Entry(hash, prefix.clone());
        insert(entry);
      }
      if (!entriesOf.computeIfAbsent(subscriber, s -> new HashSet<>(4)).add(entry)) {
        return false;
      }
      Object[] before = entry.subscribers;
      Object[] after = Arrays.copyOf(before, before.length + 1, Object[].class);
      after[before.length] = subscriber;
      entry.subscribers = after;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes back one subscription.
   *
   * @param prefix as it was added
   * @param subscriber as it was added
   * @return false if it was not there
   */
  public boolean remove(byte[] prefix, S subscriber) {
    long hash = hash(seed, prefix, 0, prefix.length);
    lock.lock();
    try {
      Entry entry = find(slots, hash, prefix, prefix.length);
      Set<Entry> held = entriesOf.get(subscriber);
      if (entry == null || held == null || !held.remove(entry)) {
        return false;
      }
      if (held.isEmpty()) {
        entriesOf.remove(subscriber);
      }
      removeFrom(entry, subscriber);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes back all that a subscriber has; costs as much as that is, others' subscriptions to
   * other prefixes do not matter.
   *
   * @param subscriber who wants nothing any more
   * @return how many subscriptions it had
   */
  public int removeAll(S subscriber) {
    lock.lock();
    try {
      Set<Entry> held = entriesOf.remove(subscriber);
      if (held == null) {
        return 0;
      }
      for (Entry entry : held) {
        removeFrom(entry, subscriber);
      }
      return held.size();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Calls an action once for each subscriber that has a prefix of the topic, also if it has
   * several. Allocates nothing unless several prefixes match.
   *
   * @param topic the topic's bytes
   * @param action gets each subscriber; no lock is held meanwhile
   */
  @SuppressWarnings("unchecked")
  public void forEachMatch(byte[] topic, Consumer<? super S> action) {
    AtomicReferenceArray<@Nullable Entry> table = slots;
    Object[] first = NOBODY;
    Seen seen = null;
    long hash = seed;
    int hashed = 0;
    for (int length : lengths) {
      if (length > topic.length) {
        break;
      }
      hash = hash(hash, topic, hashed, length);
      hashed = length;
      Entry entry = find(table, hash, topic, length);
      Object[] hit = entry == null ? NOBODY : entry.subscribers;
      if (hit.length == 0) {
        continue;
      }
      if (first.length == 0) {
        first = hit;
      } else if (seen == null) {
        seen = new Seen(first);
      }
      for (Object subscriber : hit) {
        if (seen == null || seen.add(subscriber)) {
          action.accept((S) subscriber);
        }
      }
    }
  }

  /**
   * How many would get a message.
   *
   * @param topic the topic's bytes
   * @return how many subscribers {@link #forEachMatch} would find
   */
  public int count(byte[] topic) {
    int[] count = new int[1];
    forEachMatch(topic, subscriber -> count[0]++);
    return count[0];
  }

  /** {@return whether nobody has any subscription} */
  public boolean isEmpty() {
    return lengths.length == 0;
  }

  /** {@return how many slots the table has; for tests of its size} */
  int capacity() {
    return slots.length();
  }

  private long hash(long start, byte[] bytes, int from, int to) {
    long hash = start;
    for (int i = from; i < to; i++) {
      hash = (hash ^ bytes[i]) * multiplier;
      hash ^= hash >>> 32;
    }
    return hash;
  }

  private static @Nullable Entry find(
      AtomicReferenceArray<@Nullable Entry> table, long hash, byte[] bytes, int length) {
    int mask = table.length() - 1;
    for (int at = (int) hash & mask; ; at = (at + 1) & mask) {
      Entry entry = table.get(at);
      if (entry == null) {
        return null;
      }
      if (entry.hash == hash
          && entry != REMOVED
          && Arrays.equals(entry.prefix, 0, entry.prefix.length, bytes, 0, length)) {
        return entry;
      }
    }
  }

  /** The entry before its length: whoever sees the length finds the entry. */
  private void insert(Entry entry) {
    if (2 * (usedSlots + 1) > slots.length()) {
      rebuild();
    }
    if (put(slots, entry)) {
      usedSlots++;
    }
    entries++;
    int length = entry.prefix.length;
    if (entriesOfLength.merge(length, 1, Integer::sum) == 1) {
      int[] before = lengths;
      int[] after = Arrays.copyOf(before, before.length + 1);
      after[before.length] = length;
      Arrays.sort(after);
      lengths = after;
    }
  }

  private void removeFrom(Entry entry, S subscriber) {
    Object[] before = entry.subscribers;
    int at = Arrays.asList(before).indexOf(subscriber);
    Object[] after = Arrays.copyOf(before, before.length - 1, Object[].class);
    System.arraycopy(before, at + 1, after, at, after.length - at);
    entry.subscribers = after;
    if (after.length == 0) {
      delete(entry);
    }
  }

  private void delete(Entry entry) {
    int mask = slots.length() - 1;
    int at = (int) entry.hash & mask;
    while (slots.get(at) != entry) {
      at = (at + 1) & mask;
    }
    slots.set(at, REMOVED);
    entries--;
    int length = entry.prefix.length;
    if (entriesOfLength.merge(length, -1, Integer::sum) == 0) {
      entriesOfLength.remove(length);
      lengths = Arrays.stream(lengths).filter(other -> other != length).toArray();
    }
    if (slots.length() > FEWEST_SLOTS && 16 * entries < slots.length()) {
      rebuild();
    }
  }

  /** A new table of four to eight slots for each entry; lookups under way finish in the old one. */
  private void rebuild() {
    int capacity = Math.max(FEWEST_SLOTS, Integer.highestOneBit(entries + 1) * 8);
    AtomicReferenceArray<@Nullable Entry> old = slots;
    AtomicReferenceArray<@Nullable Entry> table = new AtomicReferenceArray<>(capacity);
    for (int i = 0; i < old.length(); i++) {
      Entry entry = old.get(i);
      if (entry != null && entry != REMOVED) {
        put(table, entry);
      }
    }
    usedSlots = entries;
    slots = table;
  }

  /** Returns whether it took a slot that was never used. */
  private static boolean put(AtomicReferenceArray<@Nullable Entry> table, Entry entry) {
    int mask = table.length() - 1;
    int at = (int) entry.hash & mask;
    Entry there = table.get(at);
    while (there != null && there != REMOVED) {
      at = (at + 1) & mask;
      there = table.get(at);
    }
    table.set(at, entry);
    return there == null;
  }

  /** Who was called already: a short list that becomes a set when it is not short any more. */
  private static final class Seen {
    private static final int SHORT = 16;

    private Object[] list;
    private int count;
    private @Nullable Set<Object> set;

    private Seen(Object[] first) {
      count = first.length;
      if (count <= SHORT) {
        list = Arrays.copyOf(first, Math.max(count, SHORT), Object[].class);
      } else {
        list = NOBODY;
        set = new HashSet<>(Arrays.asList(first));
      }
    }

    private boolean add(Object subscriber) {
      if (set != null) {
        return set.add(subscriber);
      }
      for (int i = 0; i < count; i++) {
        if (list[i].equals(subscriber)) {
          return false;
        }
      }
      if (count == SHORT) {
        set = new HashSet<>(Arrays.asList(list));
        return set.add(subscriber);
      }
      list[count++] = subscriber;
      return true;
    }
  }
}
