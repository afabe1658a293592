package dev.trefoil.tck;

/** Writes where a thread is, for failures. */
final class Stacks {
  private static final int DEPTH = 12;

  private Stacks() {}

  static String text(Thread thread) {
    return text(thread, thread.getStackTrace());
  }

  static String text(Thread thread, StackTraceElement[] stack) {
    StringBuilder text = new StringBuilder();
    text.append('\'').append(thread.getName()).append("' (").append(thread.getState()).append(')');
    for (int i = 0; i < Math.min(DEPTH, stack.length); i++) {
      text.append(System.lineSeparator()).append("      at ").append(stack[i]);
    }
    return text.toString();
  }
}
