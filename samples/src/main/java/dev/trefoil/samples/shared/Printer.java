package dev.trefoil.samples.shared;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes payloads to standard output, byte for byte, each followed by a newline unless it is raw.
 *
 * <p>What it writes is seen after {@link #flush}. For one thread; nothing to close.
 */
public final class Printer {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final OutputStream out;
  private final boolean raw;

  public Printer(Console console, boolean raw) {
    this.out = new BufferedOutputStream(console.out(), BUFFER_BYTES);
    this.raw = raw;
  }

  public void print(byte[] payload) {
    try {
      out.write(payload);
      if (!raw) {
        out.write('\n');
      }
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  /** Writes the topic and a space, then the payload. */
  public void print(String topic, byte[] payload) {
    try {
      out.write(topic.getBytes(StandardCharsets.UTF_8));
      out.write(' ');
    } catch (IOException e) {
      throw cannotWrite(e);
    }
    print(payload);
  }

  public void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  private static FailedException cannotWrite(IOException e) {
    return new FailedException("cannot write to standard output: " + e.getMessage());
  }
}
