package dev.trefoil.internal;

/** Bounds on what user code says, before it goes onto a wire. */
public final class Texts {
  private static final int LONGEST = 4_096;

  private Texts() {}

  /** At most a page: an exception may quote the whole message that it is about. */
  public static String shortened(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "\u2026";
  }
}
