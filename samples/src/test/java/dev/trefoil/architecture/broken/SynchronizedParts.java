package dev.trefoil.architecture.broken;

final class SynchronizedParts {
  private int count;

  synchronized void method() {
    count++;
  }

  void block() {
    synchronized (this) {
      count++;
    }
  }

  int free() {
    return count;
  }
}
