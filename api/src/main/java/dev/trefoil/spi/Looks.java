package dev.trefoil.spi;

/**
 * For a thread that never sleeps ({@code Idle.SPIN}), but looks again without end. Where more of
 * them look than there are processors, the one that is waited for may be waiting for a processor:
 * without a turn it gets one only when the system takes it from the others, milliseconds later.
 *
 * <p>Not thread-safe: one for each thread that looks.
 */
public final class Looks {
  private final int most;
  private int inVain;

  /**
   * Makes one.
   *
   * @param most after so many looks in vain others get a turn; a few microseconds' worth
   */
  public Looks(int most) {
    this.most = most;
  }

  /** There was something. */
  public void paid() {
    inVain = 0;
  }

  /** There was nothing: to be called before the next look. */
  public void inVain() {
    if (++inVain < most) {
      Thread.onSpinWait();
    } else {
      inVain = 0;
      giveTurn();
    }
  }

  /** Gives others a turn, if any wait for a processor; else it comes back at once. */
  @SuppressWarnings("ThreadPriorityCheck") // a hint is all that is wanted: nothing depends on it
  public static void giveTurn() {
    Thread.yield();
  }
}
