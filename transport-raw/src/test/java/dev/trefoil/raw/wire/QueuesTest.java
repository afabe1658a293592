package dev.trefoil.raw.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The queues of frames, driven as a socket drives them: short writes, appends in between. */
final class QueuesTest {
  private static void write(
      FrameQueue queue, ByteBuffer buffer, int most, ByteArrayOutputStream to) {
    buffer.clear();
    queue.fill(buffer);
    buffer.flip();
    int count = Math.min(most, buffer.remaining());
    byte[] taken = new byte[count];
    buffer.get(taken);
    to.writeBytes(taken);
    queue.written(count);
  }

  @Test
  void whatIsQueuedInAStreamComesOutByteForByte() {
    for (long seed = 0; seed < 2_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      StreamQueue queue = new StreamQueue();
      ByteArrayOutputStream expected = new ByteArrayOutputStream();
      ByteArrayOutputStream actual = new ByteArrayOutputStream();
      ByteBuffer buffer = ByteBuffer.allocate(random.nextInt(1, 4000));
      int messages = 0;
      for (int i = 0; i < 60; i++) {
        if (random.nextBoolean()) {
          byte[] body = new byte[random.nextInt(8) == 0 ? 9000 : random.nextInt(700)];
          java.util.Arrays.fill(body, (byte) i);
          queue.add(FrameType.PUSH, i, 1, Frames.EMPTY, body);
          expected.writeBytes(Frames.encode(FrameType.PUSH, i, 1, Frames.EMPTY, body));
          messages++;
        }
        if (random.nextInt(10) == 0) {
          queue.trim();
        }
        write(queue, buffer, random.nextInt(5000), actual);
        assertThat(queue.bytes()).isEqualTo(expected.size() - actual.size());
        assertThat(queue.messages()).isBetween(0, messages);
      }
      while (!queue.isEmpty()) {
        write(queue, buffer, 5000, actual);
      }
      assertThat(queue.messages()).isZero();
      assertThat(actual.toByteArray()).as("seed %s", seed).isEqualTo(expected.toByteArray());
    }
  }

  /** However few messages there were, and of which sizes: ten thousand connections do the same. */
  @Test
  void whatATrimmedQueueNeedsNextIsSmall() {
    ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    ByteBuffer buffer = ByteBuffer.allocate(256 * 1024);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int size : new int[] {10, 1_000, 9_000}) {
      for (int count = 1; count <= 100; count++) {
        StreamQueue queue = new StreamQueue();
        for (int i = 0; i < count; i++) {
          queue.add(FrameType.PUSH, i, 1, Frames.EMPTY, new byte[size]);
        }
        while (!queue.isEmpty()) {
          write(queue, buffer, buffer.capacity(), out);
        }
        queue.trim();
        out.reset();
        long before = memory.getCurrentThreadAllocatedBytes();
        queue.add(FrameType.PING, 0, 0, Frames.EMPTY, Frames.EMPTY);
        assertThat(memory.getCurrentThreadAllocatedBytes() - before)
            .as("after %s messages of %s bytes", count, size)
            .isLessThan(2_048);
      }
    }
  }

  @Test
  void everyMessageOfARingArrivesOrIsInAGapInItsPlace() throws Exception {
    for (long seed = 0; seed < 3_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      boolean oldest = random.nextBoolean();
      FrameRing ring = new FrameRing(true);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ByteBuffer buffer = ByteBuffer.allocate(random.nextInt(20, 400));
      int next = 0;
      int dropped = 0;
      for (int i = 0; i < 100; i++) {
        if (ring.messages() >= 5 && !oldest) {
          ring.missed();
          next++;
          dropped++;
        } else {
          if (ring.messages() >= 5 && ring.dropOldest()) {
            dropped++;
          }
          ring.publish(numbered(next++, random.nextInt(30)));
        }
        if (random.nextInt(5) == 0) {
          writeWithDropsInBetween(ring, buffer, random, out);
        }
      }
      ring.publish(numbered(next++, 0));
      while (!ring.isEmpty()) {
        write(ring, buffer, 1000, out);
      }
      assertThat(ring.messages()).isZero();
      checkGaps(out.toByteArray(), next, "seed " + seed + " dropped " + dropped);
    }
  }

  /** Between the copy and the end of a write others may drop, but not what was copied. */
  private static void writeWithDropsInBetween(
      FrameRing ring, ByteBuffer buffer, SplittableRandom random, ByteArrayOutputStream to) {
    buffer.clear();
    ring.fill(buffer);
    buffer.flip();
    if (random.nextBoolean()) {
      ring.dropOldest();
    }
    int count = random.nextInt(buffer.remaining() + 1);
    byte[] taken = new byte[count];
    buffer.get(taken);
    to.writeBytes(taken);
    ring.written(count);
  }

  private static byte[] numbered(int number, int padding) {
    byte[] body = ByteBuffer.allocate(4 + padding).putInt(number).array();
    return Frames.encode(FrameType.PUBLISH, 0, 0, Frames.EMPTY, body);
  }

  private static void checkGaps(byte[] stream, int published, String what) throws Exception {
    List<String> wrong = new ArrayList<>();
    long[] expected = {0};
    new Framer(Dialect.V1, 10_000)
        .feed(
            ByteBuffer.wrap(stream),
            (type, wide, narrow, head, body) -> {
              if (type == FrameType.GAP) {
                expected[0] += ByteBuffer.wrap(body).getLong();
              } else if (ByteBuffer.wrap(body).getInt() != expected[0]++) {
                wrong.add("number " + ByteBuffer.wrap(body).getInt() + " after " + expected[0]);
              }
              return true;
            });
    assertThat(wrong).as(what).isEmpty();
    assertThat(expected[0]).as(what).isEqualTo(published);
  }
}
