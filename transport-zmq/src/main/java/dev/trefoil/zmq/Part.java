package dev.trefoil.zmq;

/**
 * The roles whose socket types do not tell them apart: DEALER and ROUTER meet their own kind and
 * serve two pairs of roles. Trefoil's peers name theirs in a first PING; see {@link Introduction}.
 */
enum Part {
  REQUESTER("requester"),
  REPLIER("replier"),
  PUSHER("pusher"),
  PULLER("puller");

  private final String word;

  Part(String word) {
    this.word = word;
  }

  /** {@return the word on the wire} */
  String word() {
    return word;
  }

  boolean fits(Part other) {
    return switch (this) {
      case REQUESTER -> other == REPLIER;
      case REPLIER -> other == REQUESTER;
      case PUSHER -> other == PULLER;
      case PULLER -> other == PUSHER;
    };
  }
}
