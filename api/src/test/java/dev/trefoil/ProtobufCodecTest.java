package dev.trefoil;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.StringValue;
import org.junit.jupiter.api.Test;

/** Protocol Buffers messages keep their value on the way. */
class ProtobufCodecTest {
  private final Codec<StringValue> codec = ProtobufCodec.of(StringValue.parser());

  @Test
  void messageComesBackAsItWas() throws Exception {
    StringValue value = StringValue.of("clover");
    assertThat(codec.decode(codec.encode(value))).isEqualTo(value);
    assertThat(codec.encode(StringValue.getDefaultInstance())).isEmpty();
  }

  @Test
  void bytesThatAreNoMessageAreAnError() {
    assertThatThrownBy(() -> codec.decode(new byte[] {(byte) 0xff}))
        .isInstanceOf(InvalidProtocolBufferException.class);
  }
}
