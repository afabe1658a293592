package dev.trefoil.inproc;

/** The role at one end of a connection. */
enum Side {
  REQUESTER("a requester"),
  REPLIER("a replier"),
  PUBLISHER("a publisher"),
  SUBSCRIBER("a subscriber"),
  PUSHER("a pusher"),
  PULLER("a puller");

  private final String words;

  Side(String words) {
    this.words = words;
  }

  /** {@return the role that belongs at the other end} */
  Side counterpart() {
    return switch (this) {
      case REQUESTER -> REPLIER;
      case REPLIER -> REQUESTER;
      case PUBLISHER -> SUBSCRIBER;
      case SUBSCRIBER -> PUBLISHER;
      case PUSHER -> PULLER;
      case PULLER -> PUSHER;
    };
  }

  /** {@return whether the other end sends it work, which it can ask to stop} */
  boolean takesWork() {
    return this == REPLIER || this == SUBSCRIBER || this == PULLER;
  }

  @Override
  public String toString() {
    return words;
  }
}
