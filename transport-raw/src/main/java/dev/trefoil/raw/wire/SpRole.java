package dev.trefoil.raw.wire;

import org.jspecify.annotations.Nullable;

/** The six roles and their numbers on the wire. */
public enum SpRole {
  /** Asks. */
  REQ(0x30),
  /** Answers. */
  REP(0x31),
  /** Publishes. */
  PUB(0x20),
  /** Subscribes. */
  SUB(0x21),
  /** Pushes. */
  PUSH(0x50),
  /** Pulls. */
  PULL(0x51);

  /** SP keeps the types from here on for local use; ours are the v0 type plus this. */
  private static final int LOCAL = 0xF000;

  private final int number;

  SpRole(int number) {
    this.number = number;
  }

  /** {@return the 16-bit type that a hello carries} */
  public int type(Dialect dialect) {
    return dialect == Dialect.V0 ? number : LOCAL | number;
  }

  /** {@return the role that belongs at the other end} */
  public SpRole peer() {
    return switch (this) {
      case REQ -> REP;
      case REP -> REQ;
      case PUB -> SUB;
      case SUB -> PUB;
      case PUSH -> PULL;
      case PULL -> PUSH;
    };
  }

  /** {@return the role of a type, or null if it is none that is spoken here} */
  public static @Nullable SpRole ofType(int type) {
    int plain = (type & LOCAL) == LOCAL ? type & ~LOCAL : type;
    for (SpRole role : values()) {
      if (role.number == plain) {
        return role;
      }
    }
    return null;
  }

  /** {@return the dialect of a type that {@link #ofType} knows} */
  public static Dialect dialectOf(int type) {
    return (type & LOCAL) == LOCAL ? Dialect.V1 : Dialect.V0;
  }
}
