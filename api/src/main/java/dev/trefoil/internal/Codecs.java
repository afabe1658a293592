package dev.trefoil.internal;

import dev.trefoil.Codec;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** The codecs that come with the library and need nothing else. */
public final class Codecs {
  public static final Codec<byte[]> BYTES = new Bytes();
  public static final Codec<String> UTF8 = new Utf8();

  private Codecs() {}

  private static final class Bytes implements Codec<byte[]> {
    @Override
    public byte[] encode(byte[] value) {
      return value;
    }

    @Override
    public byte[] decode(byte[] payload) {
      return payload;
    }
  }

  private static final class Utf8 implements Codec<String> {
    @Override
    public byte[] encode(String value) {
      return value.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String decode(byte[] payload) throws CharacterCodingException {
      String text = new String(payload, StandardCharsets.UTF_8);
      if (text.indexOf('\ufffd') < 0) {
        return text;
      }
      // Rare: a replacement character stands there, or bytes that are not UTF-8 made one.
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(payload))
          .toString();
    }
  }
}
