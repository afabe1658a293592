package dev.trefoil.raw;

import dev.trefoil.TrefoilException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file of certificates or keys is missing, or is not what it should be; see the message. */
public final class TlsFileException extends TrefoilException {
  private static final long serialVersionUID = 1L;

  private final transient Path path;

  TlsFileException(Path path, String message, @Nullable Throwable cause) {
    super("cannot use " + message, cause);
    this.path = path;
  }

  /**
   * The file that is at fault.
   *
   * @return as it was given to the builder
   */
  public Path path() {
    return path;
  }
}
