package dev.trefoil.tck;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.Peer;
import dev.trefoil.PeerListener;
import dev.trefoil.RejectReason;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Writes down what a role tells of its peers, in order. */
final class Events implements PeerListener {
  /** What was told. */
  enum Kind {
    CONNECTED,
    DISCONNECTED,
    REJECTED,
    CONNECT_FAILED
  }

  /** One call of the listener; {@code reason} is empty where there is none. */
  record Event(Kind kind, @Nullable Peer peer, String reason, String detail) {}

  private final List<Event> events = new CopyOnWriteArrayList<>();

  @Override
  public void connected(Peer peer) {
    events.add(new Event(Kind.CONNECTED, peer, "", ""));
  }

  @Override
  public void disconnected(Peer peer, DisconnectReason reason, String detail) {
    events.add(new Event(Kind.DISCONNECTED, peer, reason.name(), detail));
  }

  @Override
  public void rejected(Endpoint endpoint, String address, RejectReason reason, String detail) {
    events.add(new Event(Kind.REJECTED, null, reason.name(), detail));
  }

  @Override
  public void connectFailed(Endpoint endpoint, String why) {
    events.add(new Event(Kind.CONNECT_FAILED, null, endpoint.toString(), why));
  }

  List<Event> all() {
    return List.copyOf(events);
  }

  /** Gives those of one kind, the first first. */
  List<Event> of(Kind kind) {
    return events.stream().filter(event -> event.kind == kind).toList();
  }

  Optional<Event> first(Kind kind) {
    return of(kind).stream().findFirst();
  }
}
