package dev.trefoil.raw.wire;

/**
 * Messages that were cut out of a stream together: of one type, either without any fields, or with
 * those of a push that is to be acknowledged. Good for one call, but for the array of the bodies.
 */
public final class Batch {
  private static final Object[] NOTHING = {};

  private Object[] bodies = NOTHING;
  private long[] numbers = {};
  private int[] attempts = {};
  private int count;
  private long bytes;

  Batch() {}

  /** Empties it; the array of the bodies is a new one, since the last one was given away. */
  void begin(int capacity, boolean numbered) {
    bodies = new Object[capacity];
    if (numbered && numbers.length < capacity) {
      numbers = new long[capacity];
      attempts = new int[capacity];
    }
    count = 0;
    bytes = 0;
  }

  /** It was handed on: lets go of what is somebody else's now. */
  void end() {
    bodies = NOTHING;
  }

  boolean isFull() {
    return count == bodies.length;
  }

  void number(long number, int attempt) {
    numbers[count] = number;
    attempts[count] = attempt;
  }

  void add(byte[] body) {
    bodies[count++] = body;
    bytes += body.length;
  }

  /** {@return arrays of bytes; the array that they are in is the caller's to keep} */
  public Object[] bodies() {
    return bodies;
  }

  /** {@return how many there are} */
  public int count() {
    return count;
  }

  /** {@return the lengths of the bodies together} */
  public long bytes() {
    return bytes;
  }

  /** {@return the number of each, if they are pushed; at least as long as there are messages} */
  public long[] numbers() {
    return numbers;
  }

  /** {@return the attempt that each is, from 1; as long} */
  public int[] attempts() {
    return attempts;
  }
}
