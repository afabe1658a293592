package dev.trefoil.inproc;

import dev.trefoil.spi.Failure;

/** What travels from one end to the other. Immutable but for {@link Acknowledged}. */
abstract class Message {
  private static final byte[] NO_BODY = {};

  /** What it means when a message does not arrive. */
  enum Care {
    /** Nobody has another copy, and nobody but the transport sees that it is lost. */
    ONLY_COPY,
    /** The sending role keeps track of it. */
    TRACKED,
    /** It is no message of a user's. */
    CONTROL
  }

  final byte[] body;
  final Care care;

  private Message(byte[] body, Care care) {
    this.body = body;
    this.care = care;
  }

  /** {@return how many bytes of a queue it takes} */
  int size() {
    return body.length;
  }

  /** A request; its deadline is on the sender's clock. */
  static final class Request extends Message {
    final int id;
    final long deadlineNanos;

    Request(int id, long deadlineNanos, byte[] body) {
      super(body, Care.TRACKED);
      this.id = id;
      this.deadlineNanos = deadlineNanos;
    }
  }

  /** The reply to a request. */
  static final class Reply extends Message {
    final int id;

    Reply(int id, byte[] body) {
      super(body, Care.ONLY_COPY);
      this.id = id;
    }
  }

  /** There will be no reply. */
  static final class Failed extends Message {
    final int id;
    final Failure failure;
    final String text;

    Failed(int id, Failure failure, String text) {
      super(NO_BODY, Care.ONLY_COPY);
      this.id = id;
      this.failure = failure;
      this.text = text;
    }

    @Override
    int size() {
      return text.length();
    }
  }

  /** A published message; the queues of several subscribers share it. */
  static final class Published extends Message {
    final byte[] topic;

    Published(byte[] topic, byte[] body) {
      super(body, Care.ONLY_COPY);
      this.topic = topic;
    }

    @Override
    int size() {
      return (int) Math.min(Integer.MAX_VALUE, (long) topic.length + body.length);
    }
  }

  /** A published message, and how many this subscriber missed just before it. */
  static final class Gapped extends Message {
    final Published published;
    final long missed;

    Gapped(Published published, long missed) {
      super(published.body, Care.ONLY_COPY);
      this.published = published;
      this.missed = missed;
    }

    @Override
    int size() {
      return published.size();
    }
  }

  /** A pushed message that wants no acknowledgement. */
  static final class Pushed extends Message {
    Pushed(byte[] body) {
      super(body, Care.ONLY_COPY);
    }
  }

  /** A pushed message that wants one. */
  static final class Sequenced extends Message {
    final long sequence;
    final long number;
    final int attempt;

    Sequenced(long sequence, long number, int attempt, byte[] body) {
      super(body, Care.TRACKED);
      this.sequence = sequence;
      this.number = number;
      this.attempt = attempt;
    }
  }

  /** Acknowledges a range. It grows while it is queued, under the lock of the end that has it. */
  static final class Acknowledged extends Message {
    final long first;
    long last;

    Acknowledged(long sequence) {
      super(NO_BODY, Care.CONTROL);
      this.first = sequence;
      this.last = sequence;
    }
  }

  /** A pushed message will not be done. */
  static final class Refused extends Message {
    final long sequence;
    final Failure failure;
    final String text;

    Refused(long sequence, Failure failure, String text) {
      super(NO_BODY, Care.CONTROL);
      this.sequence = sequence;
      this.failure = failure;
      this.text = text;
    }
  }
}
