package dev.trefoil.raw.wire;

import java.nio.ByteBuffer;

/**
 * What waits to be written to one connection. A writer copies bytes off its front with {@link
 * #fill}, writes them, and takes away with {@link #written} as many as the network took; in between
 * others may append.
 *
 * <p>Not thread-safe: the connection's lock guards it.
 */
public abstract class FrameQueue {
  /** For subclasses. */
  protected FrameQueue() {}

  /** {@return how many messages of the user are not completely written} */
  public abstract int messages();

  /** {@return how many bytes are not written} */
  public abstract long bytes();

  /** {@return whether nothing is left to write} */
  public final boolean isEmpty() {
    return bytes() == 0;
  }

  /**
   * Copies bytes from the front, as many as fit, and leaves them queued.
   *
   * @param to where to
   */
  public abstract void fill(ByteBuffer to);

  /**
   * Takes bytes off the front.
   *
   * @param count how many were written
   */
  public abstract void written(int count);

  /**
   * Keeps the bytes at the front as they are, though they are not written: they are in the hands of
   * something that will ask for them again. Until {@link #written}.
   *
   * @param count how many
   */
  public abstract void claim(int count);

  /**
   * Appends a frame.
   *
   * @param type its type
   * @param wide the first eight bytes of fields, for types that have 8 or 12
   * @param narrow the last four bytes of fields, for types that have 4 or 12
   * @param head stands before the body: a header of SP, or a topic
   * @param body kept until it is written, if it is large
   */
  public abstract void add(int type, long wide, int narrow, byte[] head, byte[] body);

  /**
   * Appends bytes that are not a frame: a hello.
   *
   * @param bytes as they are
   */
  public abstract void addBytes(byte[] bytes);

  /** Lets go of memory that is kept for the next burst. */
  public abstract void trim();
}
