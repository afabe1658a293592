package dev.trefoil.samples.compare.trial;

import java.util.Arrays;

/** The kinds of work that are compared. */
public enum Work {
  REQUEST_ONE("request-1", "request-reply, one outstanding", Pattern.REQUEST, 1),
  REQUEST_MANY("request-256", "request-reply, 256 outstanding", Pattern.REQUEST, 1),
  REQUEST_NEW("request-new", "request-reply, a new connection each", Pattern.REQUEST, 1),
  PUSH_ONE("push-1", "push-pull 1 to 1, at most once", Pattern.PUSH, 1),
  PUSH_FOUR("push-4", "push-pull 1 to 4, at most once", Pattern.PUSH, 4),
  PUSH_ONE_SURE("push-1-sure", "push-pull 1 to 1, at least once", Pattern.PUSH, 1),
  PUSH_FOUR_SURE("push-4-sure", "push-pull 1 to 4, at least once", Pattern.PUSH, 4),
  PUBLISH("publish-8", "publish-subscribe 1 to 8, one slow", Pattern.PUBLISH, 8);

  /** Which of the three patterns a kind of work belongs to. */
  public enum Pattern {
    REQUEST,
    PUSH,
    PUBLISH
  }

  /** How many requests are under way at once in {@link #REQUEST_MANY}. */
  public static final int OUTSTANDING = 256;

  private final String id;
  private final String title;
  private final Pattern pattern;
  private final int receivers;

  Work(String id, String title, Pattern pattern, int receivers) {
    this.id = id;
    this.title = title;
    this.pattern = pattern;
    this.receivers = receivers;
  }

  /** The name in files and between processes. */
  public String id() {
    return id;
  }

  /** The name for people. */
  public String title() {
    return title;
  }

  public Pattern pattern() {
    return pattern;
  }

  /** How many pullers or subscribers there are. */
  public int receivers() {
    return receivers;
  }

  /** Whether messages are acknowledged. */
  public boolean isSure() {
    return this == PUSH_ONE_SURE || this == PUSH_FOUR_SURE;
  }

  /** Whether each message's time counts; otherwise how many there are per second. */
  public boolean isJudgedByTime() {
    return this == REQUEST_ONE || this == REQUEST_NEW;
  }

  /** The kind of work with this {@link #id}. */
  public static Work of(String id) {
    return Arrays.stream(values())
        .filter(work -> work.id.equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no work is called " + id));
  }
}
