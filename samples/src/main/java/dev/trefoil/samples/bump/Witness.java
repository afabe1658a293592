package dev.trefoil.samples.bump;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.Peer;
import dev.trefoil.PeerListener;
import dev.trefoil.RejectReason;
import dev.trefoil.Requester;
import dev.trefoil.samples.shared.Text;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Sees what a user of the library sees: events of peers, answers, exceptions. It tells each as it
 * comes, with the time since the last {@link #moment}, and the same words once.
 *
 * <p>Threads: the library's call the listener's methods, the command's thread the others. The lock
 * guards all fields. Nothing to close.
 */
final class Witness implements PeerListener {
  /** What can be seen. */
  enum Kind {
    CONNECTED,
    LOST,
    TURNED_AWAY,
    CANNOT_CONNECT,
    ANSWERED,
    FAILED
  }

  /** One thing seen. */
  record Sighting(Kind kind, String words, Duration after) {}

  private final Story story;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition more = lock.newCondition();
  private final List<Sighting> sightings = new ArrayList<>();
  private final Set<String> told = new HashSet<>();
  private long momentNanos = System.nanoTime();
  private boolean prologue = true;

  Witness(Story story) {
    this.story = story;
  }

  /** Something is done to the session now; what was seen before does not count any more. */
  void moment(String what) {
    lock.lock();
    try {
      sightings.clear();
      told.clear();
      momentNanos = System.nanoTime();
      prologue = false;
      story.tell("     0.000 s  " + what);
    } finally {
      lock.unlock();
    }
  }

  /** Something is done that does not start the clock anew. */
  void also(String what) {
    lock.lock();
    try {
      story.tell(line(elapsed(), what));
    } finally {
      lock.unlock();
    }
  }

  /** How long the last moment is over. */
  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - momentNanos);
  }

  private static String line(Duration after, String words) {
    return Text.format("%10.3f s  %s", after.toNanos() / 1e9, words);
  }

  private void see(Kind kind, String words) {
    lock.lock();
    try {
      Sighting sighting = new Sighting(kind, words, elapsed());
      sightings.add(sighting);
      if (told.add(words)) {
        story.tell(prologue ? " ".repeat(14) + words : line(sighting.after(), words));
      }
      more.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the first sighting of such a kind since the last moment; null: none in time. */
  @Nullable Sighting await(Duration limit, Kind first, Kind... others) throws InterruptedException {
    Set<Kind> kinds = EnumSet.of(first, others);
    long left = limit.toNanos();
    lock.lock();
    try {
      while (true) {
        for (Sighting sighting : sightings) {
          if (kinds.contains(sighting.kind())) {
            return sighting;
          }
        }
        if (left <= 0) {
          return null;
        }
        left = more.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Asks; what comes of it will be seen. */
  void ask(Requester<String, String> requester, String question) {
    var unused =
        requester
            .requestAsync(question)
            .whenComplete(
                (answer, failure) -> {
                  if (failure == null) {
                    see(Kind.ANSWERED, "the request is answered: " + answer);
                  } else {
                    see(Kind.FAILED, words(failure));
                  }
                });
  }

  /** An exception that a call of the library threw. */
  void caught(Throwable failure) {
    see(Kind.FAILED, words(failure));
  }

  private static String words(Throwable failure) {
    return failure.getClass().getSimpleName() + ": " + failure.getMessage();
  }

  @Override
  public void connected(Peer peer) {
    see(Kind.CONNECTED, "connected to a " + peer + ", which speaks " + peer.protocol());
  }

  @Override
  public void disconnected(Peer peer, DisconnectReason reason, String detail) {
    if (reason != DisconnectReason.LOCAL) {
      see(Kind.LOST, "disconnected, " + reason + ": " + detail);
    }
  }

  @Override
  public void rejected(Endpoint endpoint, String address, RejectReason reason, String detail) {
    see(Kind.TURNED_AWAY, "turned away, " + reason + ": " + detail);
  }

  @Override
  public void connectFailed(Endpoint endpoint, String why) {
    see(Kind.CANNOT_CONNECT, "cannot connect to " + endpoint + " yet: " + why);
  }
}
