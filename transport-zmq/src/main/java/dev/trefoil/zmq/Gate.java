package dev.trefoil.zmq;

import dev.trefoil.RejectReason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import zmq.Msg;
import zmq.ZError;
import zmq.ZMQ;
import zmq.io.StreamEngine.ErrorReason;

/**
 * Decides who is let in on one connection: answers JeroMQ's ZAP request at once, in the same
 * thread, so there is no handler socket to be missing or slow, and tells why somebody was turned
 * away.
 *
 * <p>The connection's loop only.
 */
final class Gate {
  private static final ThreadLocal<@Nullable Gate> CURRENT = new ThreadLocal<>();
  private static final int CREDENTIALS_FROM = 7;
  private static final int REQUEST_ID = 2;
  private static final byte[] VERSION = {'1', '.', '0'};

  private final @Nullable Security security;
  private final boolean server;
  private final String address;
  private final Runnable whenGreeted;
  private final List<byte[]> request = new ArrayList<>();
  private final ArrayDeque<Msg> reply = new ArrayDeque<>();
  private volatile boolean greeted;
  private boolean insecure;
  private boolean refused;
  private String refusal = "the secured handshake failed";

  Gate(@Nullable Security security, boolean connected, String address, Runnable whenGreeted) {
    this.whenGreeted = whenGreeted;
    this.server = security != null && security.server(connected);
    this.security = security;
    this.address = address;
  }

  /** The engine works for this connection: what JeroMQ reports now is about it. */
  void enter() {
    CURRENT.set(this);
  }

  void leave() {
    CURRENT.remove();
  }

  /** JeroMQ reports something about a handshake, and does not say which; on that one's loop. */
  static void witnessed(ZMQ.Event event) {
    Gate current = CURRENT.get();
    if (current == null) {
      return;
    }
    if (event.event == ZMQ.ZMQ_EVENT_HANDSHAKE_PROTOCOL) {
      current.greeted = true;
      current.whenGreeted.run();
    } else {
      current.failed(event.event, event.arg);
    }
  }

  /** {@return whether greetings were exchanged: the peer may have all it waits for; any thread} */
  boolean isGreeted() {
    return greeted;
  }

  boolean asks() {
    return server;
  }

  void write(Msg frame) {
    request.add(frame.data());
    if (!frame.hasMore()) {
      answer();
    }
  }

  @Nullable Msg read() {
    return reply.poll();
  }

  private void answer() {
    Security asked = security;
    boolean admitted =
        asked != null
            && request.size() > CREDENTIALS_FROM
            && asked.admits(request.subList(CREDENTIALS_FROM, request.size()));
    if (!admitted) {
      insecure = true;
      refused = true;
      refusal = "its key or password is not on the list";
    }
    byte[] id = request.size() > REQUEST_ID ? request.get(REQUEST_ID) : Mark.EMPTY;
    request.clear();
    add(Mark.EMPTY, true);
    add(VERSION, true);
    add(id, true);
    add(admitted ? new byte[] {'2', '0', '0'} : new byte[] {'4', '0', '0'}, true);
    add(Mark.EMPTY, true);
    add(Mark.EMPTY, true);
    add(Mark.EMPTY, false);
  }

  private void add(byte[] frame, boolean more) {
    Msg message = new Msg(frame);
    if (more) {
      message.setFlags(Msg.MORE);
    }
    reply.add(message);
  }

  private void failed(int event, @Nullable Object code) {
    boolean cryptographic =
        Integer.valueOf(ZMQ.ZMQ_PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC).equals(code)
            || Integer.valueOf(ZMQ.ZMQ_PROTOCOL_ERROR_ZMTP_KEY_EXCHANGE).equals(code);
    if (event == ZMQ.ZMQ_EVENT_HANDSHAKE_FAILED_AUTH) {
      insecure = true;
      refusal = "it refused this side's key or password (status " + code + ")";
    } else if (cryptographic && security != null) {
      insecure = true;
      refused = server;
      refusal = "its box does not open: it has another key for this side";
    }
  }

  /** {@return whether this side refused, and JeroMQ would leave the connection open} */
  boolean refused() {
    return refused;
  }

  String refusal() {
    return refusal;
  }

  /** {@return why a connection that ended during its handshake was turned away} */
  RejectReason rejection(ErrorReason reason, int errno) {
    if (insecure) {
      return RejectReason.SECURITY;
    }
    return switch (reason) {
      case TIMEOUT -> RejectReason.HANDSHAKE_TIMEOUT;
      case CONNECTION ->
          security != null && greeted ? RejectReason.SECURITY : RejectReason.HANDSHAKE_CLOSED;
      case PROTOCOL -> {
        if (greeted && errno == ZError.EINVAL) {
          yield RejectReason.WRONG_ROLE;
        }
        yield security == null ? RejectReason.BAD_HELLO : RejectReason.SECURITY;
      }
    };
  }

  /** {@return the same in words} */
  String detail(ErrorReason reason, int errno) {
    if (insecure) {
      return refusal;
    }
    String mechanism = security == null ? "NULL" : security.mechanism();
    return switch (rejection(reason, errno)) {
      case WRONG_ROLE -> "its socket type does not belong at the other end";
      case BAD_HELLO -> "no ZMTP 3 handshake with the mechanism " + mechanism;
      case SECURITY -> "it did not finish the " + mechanism + " handshake: another key, or none";
      case HANDSHAKE_CLOSED -> "it closed the connection during the handshake";
      default -> "the handshake with " + address + " failed";
    };
  }
}
