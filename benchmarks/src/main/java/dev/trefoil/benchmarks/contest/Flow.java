package dev.trefoil.benchmarks.contest;

/** Which side starts the messages, and which one counts those that arrived. */
public enum Flow {
  /** The client pushes, the server counts. */
  PUSH(false, true),
  /** The client asks and counts the replies. */
  REQUEST(false, false),
  /** The server publishes, the client counts what its subscribers got. */
  PUBLISH(true, false),
  /** Connections are there and nothing is sent. */
  IDLE(false, false);

  private final boolean serverDrives;
  private final boolean serverCounts;

  Flow(boolean serverDrives, boolean serverCounts) {
    this.serverDrives = serverDrives;
    this.serverCounts = serverCounts;
  }

  /** Whether the server is the one to be stopped first. */
  public boolean serverDrives() {
    return serverDrives;
  }

  /** Whether messages are counted at the server. */
  public boolean serverCounts() {
    return serverCounts;
  }
}
