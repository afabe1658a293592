package dev.trefoil;

/**
 * Names a message pushed at-least-once, the same on every attempt: what a consumer remembers to
 * tell a message that comes twice.
 *
 * @param sender a random number that the pusher drew when it was opened
 * @param number counted by the pusher, from 1
 */
public record MessageId(long sender, long number) {
  @Override
  public String toString() {
    return Long.toHexString(sender) + "-" + number;
  }
}
