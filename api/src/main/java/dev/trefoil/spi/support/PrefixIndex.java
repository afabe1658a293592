package dev.trefoil.spi.support;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
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
 * the table at each length that some prefix has, so it costs as much as the topic is long, whatever
 * the number of subscriptions. The hash is seeded at random: who chooses the prefixes cannot choose
 * their slots.
 *
 * @param <S> a subscriber; told apart by {@code equals}
 */
public final class PrefixIndex<S> {
  private static final Object[] NOBODY = PrefixTable.NOBODY;
  private static final int FEWEST_SLOTS = 16;

  /** A prefix that somebody subscribed to. Read and changed under the lock only. */
  private static final class Entry {
    private final long hash;
    private final byte[] prefix;
    private int slot;

    private Entry(long hash, byte[] prefix) {
      this.hash = hash;
      this.prefix = prefix;
    }
  }

  /** What one subscriber has. */
  private static final class Holder {
    /** The subscriber: what each entry has that nobody else subscribed to. */
    private final Object[] alone;

    private final Set<Entry> entries = new HashSet<>(4);

    private Holder(Object subscriber) {
      alone = new Object[] {subscriber};
    }
  }

  private final long seed = ThreadLocalRandom.current().nextLong();
  private final long multiplier = ThreadLocalRandom.current().nextLong() | 1;

  /** Guards every change. */
  private final ReentrantLock lock = new ReentrantLock();

  /** Read under the lock only: what each subscriber has. */
  private final Map<S, Holder> holders = new HashMap<>();

  /** Read under the lock only: how many entries have each length. */
  private final Map<Integer, Integer> entriesOfLength = new HashMap<>();

  /** Read under the lock only: those that have subscribers, by slot, and how many they are. */
  private @Nullable Entry[] entryAt = new Entry[FEWEST_SLOTS];

  private int entries;

  /** The lengths that entries have, in rising order. Replaced, never changed. */
  private volatile int[] lengths = {};

  /** Replaced when half is used; then lookups under way finish in the old one. */
  private volatile PrefixTable table = new PrefixTable(FEWEST_SLOTS);

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
      Entry entry = find(hash, prefix);
      if (entry == null) {
        entry = new Entry(hash, prefix.clone());
        insert(entry);
      }
      Holder holder = holders.computeIfAbsent(subscriber, Holder::new);
      if (!holder.entries.add(entry)) {
        return false;
      }
      Object[] before = table.subscribers(entry.slot);
      Object[] after = holder.alone;
      if (before.length > 0) {
        after = Arrays.copyOf(before, before.length + 1, Object[].class);
        after[before.length] = subscriber;
      }
      table.subscribers(entry.slot, after);
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
      Entry entry = find(hash, prefix);
      Holder holder = holders.get(subscriber);
      if (entry == null || holder == null || !holder.entries.remove(entry)) {
        return false;
      }
      if (holder.entries.isEmpty()) {
        holders.remove(subscriber);
      }
      removeFrom(entry, subscriber);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes back all that a subscriber has; costs as much as that is, others' subscriptions to other
   * prefixes do not matter.
   *
   * @param subscriber who wants nothing any more
   * @return how many subscriptions it had
   */
  public int removeAll(S subscriber) {
    lock.lock();
    try {
      Holder holder = holders.remove(subscriber);
      if (holder == null) {
        return 0;
      }
      for (Entry entry : holder.entries) {
        removeFrom(entry, subscriber);
      }
      return holder.entries.size();
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
    PrefixTable now = table;
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
      int slot = now.find(hash, topic, length);
      Object[] hit = slot < 0 ? NOBODY : now.subscribers(slot);
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
    return table.capacity();
  }

  private long hash(long start, byte[] bytes, int from, int to) {
    long hash = start;
    for (int i = from; i < to; i++) {
      hash = (hash ^ bytes[i]) * multiplier;
      hash ^= hash >>> 32;
    }
    return hash;
  }

  private @Nullable Entry find(long hash, byte[] prefix) {
    int slot = table.find(hash, prefix, prefix.length);
    return slot < 0 ? null : entryAt[slot];
  }

  /** The entry before its length: whoever sees the length finds the entry. */
  private void insert(Entry entry) {
    entries++;
    if (table.isFull()) {
      rebuild();
    }
    put(table, entry);
    int length = entry.prefix.length;
    if (entriesOfLength.merge(length, 1, Integer::sum) == 1) {
      int[] before = lengths;
      int[] after = Arrays.copyOf(before, before.length + 1);
      after[before.length] = length;
      Arrays.sort(after);
      lengths = after;
    }
  }

  private void put(PrefixTable into, Entry entry) {
    int slot = into.find(entry.hash, entry.prefix, entry.prefix.length);
    entry.slot = slot < 0 ? into.insert(entry.hash, entry.prefix) : slot;
    entryAt[entry.slot] = entry;
  }

  private void removeFrom(Entry entry, S subscriber) {
    Object[] before = table.subscribers(entry.slot);
    int at = Arrays.asList(before).indexOf(subscriber);
    Object[] after = Arrays.copyOf(before, before.length - 1, Object[].class);
    System.arraycopy(before, at + 1, after, at, after.length - at);
    Holder last = after.length == 1 ? holders.get(after[0]) : null;
    table.subscribers(entry.slot, last == null ? after : last.alone);
    if (after.length == 0) {
      delete(entry);
    }
  }

  private void delete(Entry entry) {
    entryAt[entry.slot] = null;
    entries--;
    int length = entry.prefix.length;
    if (entriesOfLength.merge(length, -1, Integer::sum) == 0) {
      entriesOfLength.remove(length);
      lengths = Arrays.stream(lengths).filter(other -> other != length).toArray();
    }
    if (table.capacity() > FEWEST_SLOTS && 16 * entries < table.capacity()) {
      rebuild();
    }
  }

  /** A new table of three to six slots for each entry. */
  private void rebuild() {
    int capacity = Math.max(FEWEST_SLOTS, Integer.highestOneBit(3 * (entries + 1) - 1) * 2);
    PrefixTable old = table;
    PrefixTable fresh = new PrefixTable(capacity);
    @Nullable Entry[] all = entryAt;
    entryAt = new Entry[capacity];
    for (Entry entry : all) {
      if (entry != null) {
        Object[] subscribers = old.subscribers(entry.slot);
        put(fresh, entry);
        fresh.subscribers(entry.slot, subscribers);
      }
    }
    table = fresh;
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
