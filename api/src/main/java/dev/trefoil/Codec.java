package dev.trefoil;

import dev.trefoil.internal.Codecs;

/**
 * Turns values into the bytes of a message and back.
 *
 * <p>Get one from {@link #bytes()}, {@link #utf8()} or {@link ProtobufCodec#of}, or write one. A
 * codec is shared by all threads of its role and keeps no state; there is nothing to close. It runs
 * on the thread that sends or receives the value: the user's, a handler's, or, with {@link
 * Execution#INLINE}, an I/O thread. What it throws reaches the caller as {@link CodecException}.
 *
 * @param <T> the type of the values
 */
public interface Codec<T> {
  /**
   * Turns a value into bytes.
   *
   * @param value never null
   * @return the payload; the array belongs to the library from now on and must not be changed
   * @throws Exception if the value cannot be encoded
   */
  byte[] encode(T value) throws Exception;

  /**
   * Turns bytes into a value.
   *
   * @param payload the message; the array belongs to the codec and, through it, to the user
   * @return the value
   * @throws Exception if the bytes are not a value
   */
  T decode(byte[] payload) throws Exception;

  /**
   * Payloads as they are. The array that is sent must not be changed afterwards; no copy is made.
   *
   * @return the codec
   */
  static Codec<byte[]> bytes() {
    return Codecs.BYTES;
  }

  /**
   * Text as UTF-8. Bytes that are not UTF-8 are an error, not replaced; half of a surrogate pair,
   * which UTF-8 has no bytes for, is sent as a question mark.
   *
   * @return the codec
   */
  static Codec<String> utf8() {
    return Codecs.UTF8;
  }
}
