package dev.trefoil.internal;

import dev.trefoil.Codec;
import dev.trefoil.CodecException;
import dev.trefoil.MessageTooLargeException;
import java.util.Objects;

/** Calls into the user's codec, so that whatever it does becomes a typed error. */
public final class Guard {
  private Guard() {}

  /** Encodes a value, and refuses what is over the limit. */
  @SuppressWarnings("ThrowSpecificity") // a codec may throw anything
  public static <T> byte[] encode(Codec<T> codec, T value, int limit) {
    Objects.requireNonNull(value, "a message must not be null: send an empty payload instead");
    byte[] body;
    try {
      body = codec.encode(value);
    } catch (Exception | Error e) {
      keepInterrupt(e);
      throw new CodecException(name(codec) + " could not encode a value: " + e, e);
    }
    if (body == null) {
      NullPointerException cause = new NullPointerException("encode returned null");
      throw new CodecException(name(codec) + " encoded a value as null", cause);
    }
    if (body.length > limit) {
      throw new MessageTooLargeException(body.length, limit);
    }
    return body;
  }

  /** Decodes a payload. */
  public static <T> T decode(Codec<T> codec, byte[] body) {
    T value;
    try {
      value = codec.decode(body);
    } catch (Exception | Error e) { // such as StackOverflowError: the bytes may be hostile
      keepInterrupt(e);
      throw new CodecException(
          name(codec) + " could not decode a message of " + body.length + " bytes: " + e, e);
    }
    if (value == null) {
      NullPointerException cause = new NullPointerException("decode returned null");
      throw new CodecException(name(codec) + " decoded a message as null", cause);
    }
    return value;
  }

  private static void keepInterrupt(Throwable e) {
    if (e instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
  }

  private static String name(Codec<?> codec) {
    return "codec " + codec.getClass().getName();
  }
}
