package dev.trefoil.raw.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * When the things of a loop look at the time next: a heap of numbers. Connections come and go with
 * their seats in {@code owners}, and are not moved when their times are: each reference that is
 * stored from an old object to another is work for the collector, and ten thousand quiet
 * connections would store one for each step of each of their times on its way through the heap.
 *
 * <p>Confined to the loop.
 */
final class Deadlines {
  private static final int FIRST_CAPACITY = 16;
  private static final int NOWHERE = -1;

  // By place in the heap, the earliest first: a time, and the seat of whose it is.
  private long[] times = new long[FIRST_CAPACITY];
  private int[] seats = new int[FIRST_CAPACITY];
  private int count;

  // By seat: whose it is, and where in the heap; of a free seat, the next free one.
  private @Nullable Timed[] owners = new @Nullable Timed[FIRST_CAPACITY];
  private int[] places = new int[FIRST_CAPACITY];
  private int seated;
  private int free = NOWHERE;

  /** {@return when the first is due, or Long.MAX_VALUE} */
  long first() {
    return count == 0 ? Long.MAX_VALUE : times[0];
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** Sets a time, if none is set that is as early; Long.MAX_VALUE is none. */
  void set(Timed timed, long at) {
    if (at == Long.MAX_VALUE) {
      return;
    }
    if (timed.seat == Timed.NO_SEAT) {
      seat(timed);
    }
    int place = places[timed.seat];
    if (place == NOWHERE) {
      place = count++;
    } else if (times[place] - at <= 0) {
      return;
    }
    rise(place, at, timed.seat);
  }

  /** Takes the time back, and lets go of the object. */
  void forget(Timed timed) {
    int seat = timed.seat;
    if (seat == Timed.NO_SEAT) {
      return;
    }
    takeOut(seat);
    timed.seat = Timed.NO_SEAT;
    owners[seat] = null;
    places[seat] = free;
    free = seat;
  }

  /** {@return one whose time has come, taken out but kept its seat for another time; or null} */
  @Nullable Timed next(long now) {
    if (count == 0 || times[0] - now > 0) {
      return null;
    }
    int seat = seats[0];
    takeOut(seat);
    return owners[seat];
  }

  /** Lets go of one that has no time set. */
  void release(Timed timed) {
    if (timed.seat != Timed.NO_SEAT && places[timed.seat] == NOWHERE) {
      forget(timed);
    }
  }

  private void seat(Timed timed) {
    int seat = free;
    if (seat == NOWHERE) {
      if (seated == owners.length) {
        grow();
      }
      seat = seated++;
    } else {
      free = places[seat];
    }
    owners[seat] = timed;
    places[seat] = NOWHERE;
    timed.seat = seat;
  }

  private void grow() {
    int length = 2 * owners.length;
    places = Arrays.copyOf(places, length);
    times = Arrays.copyOf(times, length);
    seats = Arrays.copyOf(seats, length);
    owners = Arrays.copyOf(owners, length); // the last: by its length there is room, or not
  }

  private void takeOut(int seat) {
    int place = places[seat];
    if (place == NOWHERE) {
      return;
    }
    places[seat] = NOWHERE;
    count--;
    if (place < count) {
      long at = times[count];
      int moved = seats[count];
      rise(place, at, moved);
      sink(places[moved], at, moved);
    }
  }

  /** Puts something in at a place that is free, or above it. */
  private void rise(int from, long at, int seat) {
    int place = from;
    while (place > 0) {
      int above = (place - 1) >>> 1;
      if (times[above] - at <= 0) {
        break;
      }
      put(place, times[above], seats[above]);
      place = above;
    }
    put(place, at, seat);
  }

  /** Puts something in at a place that is free, or below it. */
  private void sink(int from, long at, int seat) {
    int place = from;
    for (int below = 2 * place + 1; below < count; below = 2 * place + 1) {
      if (below + 1 < count && times[below + 1] - times[below] < 0) {
        below++;
      }
      if (at - times[below] <= 0) {
        break;
      }
      put(place, times[below], seats[below]);
      place = below;
    }
    put(place, at, seat);
  }

  private void put(int place, long at, int seat) {
    times[place] = at;
    seats[place] = seat;
    places[seat] = place;
  }
}
