package dev.trefoil.raw.wire;

/** Which of the two protocols a connection speaks. */
public enum Dialect {
  /** Plain SP, as nanomsg, nng and mangos speak it. */
  V0("sp v0"),
  /** Our own, inside SP's experimental numbers. */
  V1("raw v1");

  private final String words;

  Dialect(String words) {
    this.words = words;
  }

  /** {@return what people call it} */
  public String words() {
    return words;
  }
}
