package dev.trefoil;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.util.Objects;

/**
 * Turns Protocol Buffers messages into bytes and back.
 *
 * <p>Get one from {@link #of}. Like every codec it is shared by all threads of its role, keeps no
 * state and needs no closing. It needs {@code com.google.protobuf:protobuf-java} on the class path,
 * which this library does not bring by itself.
 *
 * @param <T> the type of the messages
 */
public final class ProtobufCodec<T extends MessageLite> implements Codec<T> {
  private final Parser<T> parser;

  private ProtobufCodec(Parser<T> parser) {
    this.parser = parser;
  }

  /**
   * A codec for one type of messages.
   *
   * @param parser as the generated class has it, such as {@code Order.parser()}
   * @param <T> the type of the messages
   * @return the codec
   */
  public static <T extends MessageLite> ProtobufCodec<T> of(Parser<T> parser) {
    return new ProtobufCodec<>(Objects.requireNonNull(parser, "the parser must not be null"));
  }

  @Override
  public byte[] encode(T value) {
    return value.toByteArray();
  }

  @Override
  public T decode(byte[] payload) throws Exception {
    return parser.parseFrom(payload);
  }
}
