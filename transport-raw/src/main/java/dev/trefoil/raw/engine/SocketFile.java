package dev.trefoil.raw.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of a Unix socket, told from another that came to its path later. Any thread.
 *
 * @param path where it is
 * @param identity the file's key and age
 */
record SocketFile(Path path, String identity) {
  private static final Logger LOG = LoggerFactory.getLogger(SocketFile.class);
  private static final int KIND_MASK = 0170000;
  private static final int SOCKET = 0140000;

  /** {@return the file that is at a path now; null if there is none} */
  static @Nullable SocketFile at(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return null;
    }
    return new SocketFile(path, identity(path));
  }

  private static String identity(Path path) throws IOException {
    BasicFileAttributes file =
        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    return file.fileKey() + " " + file.creationTime() + " " + file.lastModifiedTime();
  }

  /** {@return whether it is a socket, rather than somebody's data} */
  boolean isSocket() throws IOException {
    Object mode = Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    return mode instanceof Integer bits && (bits & KIND_MASK) == SOCKET;
  }

  /** Removes it, if it is still the same. */
  void remove() {
    try {
      if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)
          && Objects.equals(identity(path), identity)) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      LOG.warn("the socket's file {} could not be removed: {}", path, e.toString());
    }
  }
}
