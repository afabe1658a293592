package dev.trefoil.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;

/** Bytes that a command has written so far. Any thread may write, read and wait. */
final class Collected extends OutputStream {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(); // guarded by lock

  @Override
  public void write(int value) {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] from, int offset, int length) {
    lock.lock();
    try {
      bytes.write(from, offset, length);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void readAll(InputStream in) {
    try {
      in.transferTo(this);
    } catch (IOException e) {
      // The test has closed the command: what was in the pipe by then is lost.
      write(("\n[" + e.getMessage() + "]").getBytes(UTF_8), 0, e.getMessage().length() + 3);
    }
  }

  byte[] bytes() {
    lock.lock();
    try {
      return bytes.toByteArray();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until some of the text matches. */
  void await(String pattern, long seconds, String name) {
    Pattern compiled = Pattern.compile(pattern, Pattern.MULTILINE);
    long left = SECONDS.toNanos(seconds);
    lock.lock();
    try {
      while (!compiled.matcher(bytes.toString(UTF_8)).find()) {
        if (left <= 0) {
          throw new AssertionError(
              "no " + pattern + " on " + name + ", but: " + bytes.toString(UTF_8));
        }
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    } finally {
      lock.unlock();
    }
  }
}
