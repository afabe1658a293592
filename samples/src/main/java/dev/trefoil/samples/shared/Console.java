package dev.trefoil.samples.shared;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The three streams of a command: payloads in, payloads out, and lines for people on stderr.
 *
 * <p>Any thread may write lines; the lock keeps them whole, and keeps the live line below them.
 * Payloads are bytes: no charset touches them. Nothing to close: the streams are the process's.
 */
public final class Console {
  private static final String BACK_TO_EMPTY_LINE = "\r\033[K";

  private final InputStream in;
  private final OutputStream out;
  private final PrintStream err;
  private final boolean outIsTerminal;
  private final boolean errIsTerminal;

  private final ReentrantLock lock = new ReentrantLock();
  private String live = ""; // guarded by lock

  Console(
      InputStream in,
      OutputStream out,
      PrintStream err,
      boolean outIsTerminal,
      boolean errIsTerminal) {
    this.in = in;
    this.out = out;
    this.err = err;
    this.outIsTerminal = outIsTerminal;
    this.errIsTerminal = errIsTerminal;
  }

  /** The streams of this process. */
  public static Console ofProcess() {
    return new Console(
        new FileInputStream(FileDescriptor.in),
        new FileOutputStream(FileDescriptor.out),
        System.err,
        isTerminal(1),
        isTerminal(2));
  }

  /** Other streams, none of them a terminal: for tests. */
  public static Console of(InputStream in, OutputStream out, PrintStream err) {
    return new Console(in, out, err, false, false);
  }

  public InputStream in() {
    return in;
  }

  /** Standard output, not buffered. */
  public OutputStream out() {
    return out;
  }

  public PrintStream err() {
    return err;
  }

  public boolean outIsTerminal() {
    return outIsTerminal;
  }

  public boolean errIsTerminal() {
    return errIsTerminal;
  }

  /** One line on stderr, above the live line if there is one. */
  public void note(String line) {
    lock.lock();
    try {
      if (live.isEmpty()) {
        err.println(line);
      } else {
        err.println(BACK_TO_EMPTY_LINE + line);
        err.print(live);
      }
      err.flush();
    } finally {
      lock.unlock();
    }
  }

  /** Replaces the line that changes in place; the empty text takes it away. */
  public void live(String line) {
    lock.lock();
    try {
      if (!live.isEmpty() || !line.isEmpty()) {
        err.print(BACK_TO_EMPTY_LINE + line);
        err.flush();
      }
      live = line;
    } finally {
      lock.unlock();
    }
  }

  /**
   * System.console() cannot tell: it asks for stdin and stdout, and in the middle of a pipe only
   * stderr is a terminal. Where there is no /proc, nothing moves on the screen.
   */
  private static boolean isTerminal(int descriptor) {
    Path link = Path.of("/proc/self/fd/" + descriptor);
    if ("dumb".equals(System.getenv("TERM")) || !Files.isSymbolicLink(link)) {
      return false;
    }
    try {
      String target = Files.readSymbolicLink(link).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException e) {
      return false; // not readable here: then nothing moves on the screen, and nothing is lost
    }
  }
}
