package dev.trefoil.raw.simulation;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What one subscriber has to hear of one publisher over one connection: all that was published
 * under its topics since it subscribed, in order, as messages received or as messages missed.
 */
final class Stream {
  private record Item(String topic, String text) {}

  private final World world;
  private final long number;
  private final SimulatedConnection publishersEnd;
  private final Set<String> topics = new LinkedHashSet<>();
  private final List<Item> published = new ArrayList<>();
  private int accounted;
  private boolean doubtful;

  Stream(World world, long number, SimulatedConnection publishersEnd) {
    this.world = world;
    this.number = number;
    this.publishersEnd = publishersEnd;
  }

  SimulatedConnection publishersEnd() {
    return publishersEnd;
  }

  void subscribed(String topic) {
    topics.add(topic);
  }

  void unsubscribed(String topic) {
    topics.remove(topic);
  }

  void published(String topic, String text) {
    if (topics.stream().anyMatch(topic::startsWith)) {
      published.add(new Item(topic, text));
    }
  }

  /** The subscriber took a topic back: what was on its way may be left out from now on. */
  void doubt() {
    doubtful = true;
  }

  /**
   * The subscriber got a message.
   *
   * @param missed how many it was told it missed just before
   * @param tells whether the wire tells of gaps
   */
  void received(String text, long missed, boolean tells) {
    int at = accounted;
    while (at < published.size() && !published.get(at).text().equals(text)) {
      at++;
    }
    if (at == published.size()) {
      throw world.broken(
          "stream " + number + ": '" + text + "' came twice, out of order, or uninvited");
    }
    int between = at - accounted;
    boolean exact = doubtful ? missed <= between : missed == between;
    if (tells && !exact) {
      throw world.broken(
          "stream " + number + ": told of " + missed + " missed where it were " + between);
    }
    accounted = at + 1;
  }

  /** {@return how many messages were neither received nor told as missed, beyond doubt} */
  int unaccounted() {
    return doubtful ? 0 : published.size() - accounted;
  }
}
