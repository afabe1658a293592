package dev.trefoil.raw.tls;

import java.nio.file.Path;

/** A file of certificates or keys is missing, or not what it should be. */
public final class BadFileException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Path path;

  BadFileException(Path path, String problem, Exception cause) {
    super(path + ": " + problem, cause);
    this.path = path;
  }

  BadFileException(Path path, String problem) {
    super(path + ": " + problem);
    this.path = path;
  }

  /** {@return which file} */
  public Path path() {
    return path;
  }
}
