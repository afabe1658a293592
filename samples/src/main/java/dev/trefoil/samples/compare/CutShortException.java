package dev.trefoil.samples.compare;

import java.io.IOException;

/** The comparison's time was up while it waited: nothing says that the one it waited for failed. */
final class CutShortException extends IOException {
  private static final long serialVersionUID = 1L;

  CutShortException(String message) {
    super(message);
  }
}
