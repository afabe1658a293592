package dev.trefoil.samples.shared;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.Peer;
import dev.trefoil.PeerListener;
import dev.trefoil.RejectReason;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Tells the user on stderr of trouble with peers; peers that come and go in order are no news. */
final class PeerNotes implements PeerListener {
  private static final Set<DisconnectReason> IN_ORDER =
      Set.of(DisconnectReason.LOCAL, DisconnectReason.GOODBYE, DisconnectReason.CLOSED_BY_PEER);

  private static final int MOST_TURNED_AWAY = 1_000;

  private final Console console;
  private final Set<Endpoint> unreachable = ConcurrentHashMap.newKeySet();
  private final Set<String> turnedAway = ConcurrentHashMap.newKeySet();

  PeerNotes(Console console) {
    this.console = console;
  }

  @Override
  public void connected(Peer peer) {
    if (unreachable.remove(peer.endpoint())) {
      console.note("connected to " + peer.endpoint());
    }
  }

  @Override
  public void disconnected(Peer peer, DisconnectReason reason, String detail) {
    if (!IN_ORDER.contains(reason)) {
      console.note("lost " + peer + ": " + words(reason.tag(), detail));
    }
  }

  @Override
  public void rejected(Endpoint endpoint, String address, RejectReason reason, String detail) {
    // Who is turned away tries again, ten times a second if it likes: the same words once.
    String why = words(reason.tag(), detail);
    String host = address.replaceFirst(":\\d+$", "");
    if (turnedAway.size() < MOST_TURNED_AWAY && turnedAway.add(host + " " + endpoint + why)) {
      console.note("turned away " + address + " at " + endpoint + ": " + why);
    }
  }

  @Override
  public void connectFailed(Endpoint endpoint, String why) {
    // Once for each time that it goes away: attempts repeat for as long as the command runs.
    if (unreachable.add(endpoint)) {
      console.note("cannot connect to " + endpoint + " yet: " + why + "; still trying");
    }
  }

  private static String words(String tag, String detail) {
    String reason = tag.replace('_', ' ');
    return detail.isEmpty() || detail.equals(reason) ? reason : reason + " (" + detail + ")";
  }
}
