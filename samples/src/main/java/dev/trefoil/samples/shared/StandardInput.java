package dev.trefoil.samples.shared;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * The lines of standard input, as bytes without the newline; a last line needs none.
 *
 * <p>A daemon thread reads, because a read of standard input cannot be interrupted and waiting for
 * a line must be. It hands over blocks, so that what it holds is bounded whatever a line's length.
 * One thread may call {@link #next}; there is nothing to close, as the stream is the process's.
 */
public final class StandardInput {
  private static final int BLOCK_BYTES = 64 * 1024;
  private static final int BLOCKS = 4;

  /** What the reader hands over: some bytes, the end, or why it could not read on. */
  private record Block(ByteBuffer bytes, boolean end, @Nullable IOException failure) {}

  private final InputStream in;
  private final int maxLine;
  private final BlockingQueue<Block> blocks = new ArrayBlockingQueue<>(BLOCKS);

  private byte[] block = new byte[0];
  private int position;
  private boolean ended;

  /**
   * Starts to read.
   *
   * @param maxLine how many bytes a line may have
   */
  public StandardInput(InputStream in, int maxLine) {
    this.in = in;
    this.maxLine = maxLine;
    Thread reader = new Thread(this::readAll, "trefoil-stdin");
    reader.setDaemon(true);
    reader.start();
  }

  private void readAll() {
    try {
      byte[] buffer = new byte[BLOCK_BYTES];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        blocks.put(new Block(ByteBuffer.wrap(Arrays.copyOf(buffer, count)), false, null));
      }
      blocks.put(new Block(ByteBuffer.allocate(0), true, null));
    } catch (IOException e) {
      handOver(new Block(ByteBuffer.allocate(0), true, e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody does; the thread ends with the process
    }
  }

  private void handOver(Block last) {
    try {
      blocks.put(last);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Waits for the next line.
   *
   * @return the line, or null at the end
   * @throws FailedException if a line is too long, or the input cannot be read
   */
  public byte @Nullable [] next() throws InterruptedException {
    ByteArrayOutputStream beginning = null;
    while (true) {
      int newline = indexOfNewline();
      int end = newline < 0 ? block.length : newline;
      int soFar = beginning == null ? 0 : beginning.size();
      if (soFar + (long) (end - position) > maxLine) {
        throw new FailedException(
            Text.format(
                "a line of standard input is longer than the limit of %,d bytes: see --max-message",
                maxLine));
      }
      if (newline >= 0) {
        byte[] line = join(beginning, end);
        position = newline + 1;
        return line;
      }
      if (position < end) {
        beginning = beginning == null ? new ByteArrayOutputStream() : beginning;
        beginning.write(block, position, end - position);
      }
      if (ended || !fill()) {
        return beginning == null ? null : beginning.toByteArray();
      }
    }
  }

  private byte[] join(@Nullable ByteArrayOutputStream beginning, int end) {
    if (beginning == null) {
      return Arrays.copyOfRange(block, position, end);
    }
    beginning.write(block, position, end - position);
    return beginning.toByteArray();
  }

  private int indexOfNewline() {
    for (int i = position; i < block.length; i++) {
      if (block[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  /** Takes the next block; false at the end. */
  private boolean fill() throws InterruptedException {
    Block next = blocks.take();
    if (next.failure() != null) {
      throw new FailedException("cannot read standard input: " + next.failure().getMessage());
    }
    block = next.bytes().array();
    position = 0;
    ended = next.end();
    return !ended;
  }
}
