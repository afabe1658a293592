package dev.trefoil.benchmarks.contest;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The topics of the publish contests; all have the same length. */
final class Topics {
  /** One digit more than a name has, so that leading zeros are there. */
  private static final int FIRST = 1_000_000;

  /** The one that everybody wants, where there is but one. */
  static final String ONLY = name(0);

  /** Steps through the topics so that neighbours in time are none in memory; a prime. */
  private static final int STRIDE = 7_919;

  private Topics() {}

  static String name(int number) {
    return "topic/" + Integer.toString(FIRST + number).substring(1);
  }

  static byte[] bytes(String topic) {
    return topic.getBytes(StandardCharsets.UTF_8);
  }

  /** All of them, in the order in which they are published. */
  static List<String> inPublishingOrder(int count) {
    List<String> topics = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      topics.add(name((int) ((long) i * STRIDE % count)));
    }
    return topics;
  }
}
