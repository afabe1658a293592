package dev.trefoil.samples.bump;

import dev.trefoil.samples.shared.Console;
import dev.trefoil.samples.shared.Printer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What is told on standard output, line by line. Any thread may tell; the lock keeps lines whole.
 */
final class Story {
  private final ReentrantLock lock = new ReentrantLock();
  private final Printer printer; // guarded by lock

  Story(Console console) {
    printer = new Printer(console, false);
  }

  void tell(String line) {
    lock.lock();
    try {
      printer.print(line.getBytes(StandardCharsets.UTF_8));
      printer.flush();
    } finally {
      lock.unlock();
    }
  }
}
