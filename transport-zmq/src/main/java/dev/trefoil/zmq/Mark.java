package dev.trefoil.zmq;

import dev.trefoil.spi.Failure;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The frame by which Trefoil peers know each other on ZeroMQ's wire: one more envelope frame, which
 * any other peer gives back untouched.
 *
 * <pre>
 *  0    1    2    3    4     5     6 7   8         12              16
 * +----+----+----+----+-----+-----+-----+---------+---------------+
 * | T  | R  | F  | 1  |kind |code |  0  | id      | remaining µs  |
 * +----+----+----+----+-----+-----+-----+---------+---------------+
 * </pre>
 *
 * For at-least-once the last eight bytes are one number, and an acknowledgement has eight more.
 */
final class Mark {
  static final int REQUEST = 1;
  static final int FAILURE = 2;
  static final int HELLO = 16;
  static final int WELCOME = 17;
  static final int MESSAGE = 18;
  static final int ACKNOWLEDGE = 19;
  static final int REFUSE = 20;

  static final int SIZE = 16;
  static final int LONG_SIZE = 24;
  static final byte[] EMPTY = {};
  private static final int MAGIC = 0x54524601;
  private static final int UNLIMITED = -1;

  private Mark() {}

  static byte[] request(int id, long remainingNanos) {
    long micros = remainingNanos / 1_000;
    int wire = micros >= 0xFFFF_FFFFL ? UNLIMITED : (int) Math.max(0, micros);
    return frame(SIZE, REQUEST, 0).putInt(id).putInt(wire).array();
  }

  /** Turns a request's mark into that of the answer that there will be no reply. */
  static byte[] failure(byte[] request, Failure failure) {
    byte[] mark = Arrays.copyOf(request, SIZE);
    mark[4] = FAILURE;
    mark[5] = (byte) failure.code();
    return mark;
  }

  /** A frame with one number, for hello (credit) and welcome (the pusher's number). */
  static byte[] number(int kind, long number) {
    return frame(SIZE, kind, 0).putLong(number).array();
  }

  /** A frame with two numbers, for a message (number, attempt) and what is acknowledged. */
  static byte[] numbers(int kind, long first, long second) {
    return frame(LONG_SIZE, kind, 0).putLong(first).putLong(second).array();
  }

  static byte[] refuse(long sequence, Failure failure) {
    return frame(SIZE, REFUSE, failure.code()).putLong(sequence).array();
  }

  private static ByteBuffer frame(int size, int kind, int code) {
    return ByteBuffer.allocate(size)
        .putInt(MAGIC)
        .put((byte) kind)
        .put((byte) code)
        .putShort((short) 0);
  }

  /** {@return what kind of mark a frame is, or 0 if it is none} */
  static int kind(byte[] frame) {
    boolean sized = frame.length == SIZE || frame.length == LONG_SIZE;
    return sized && ByteBuffer.wrap(frame).getInt() == MAGIC ? frame[4] : 0;
  }

  static Failure failure(byte[] mark) {
    return Failure.of(mark[5]);
  }

  static int id(byte[] mark) {
    return ByteBuffer.wrap(mark).getInt(8);
  }

  /** {@return the nanoseconds until the deadline, or Long.MAX_VALUE} */
  static long remainingNanos(byte[] mark) {
    int wire = ByteBuffer.wrap(mark).getInt(12);
    return wire == UNLIMITED ? Long.MAX_VALUE : Integer.toUnsignedLong(wire) * 1_000;
  }

  static long first(byte[] mark) {
    return ByteBuffer.wrap(mark).getLong(8);
  }

  static long second(byte[] mark) {
    return ByteBuffer.wrap(mark).getLong(16);
  }
}
