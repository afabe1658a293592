package dev.trefoil.samples.bump;

/** The twelve, in the order of the lecture, each with its lesson. */
enum Bump {
  NO_SERVER(
      1,
      "connect, and no server process",
      "connect never fails for good: it says why it cannot yet, and goes on trying."),
  HOST_DOWN(
      2,
      "connect, and the server's host is down",
      "nobody refuses, so only a time-out on each attempt ends the wait."),
  ACTIVE_INTERRUPTED(
      3,
      "active session, the server is interrupted",
      "the kernel closes what a killed process had open, so its peers know at once."),
  IDLE_INTERRUPTED(
      4,
      "idle session, the server is interrupted",
      "a process that is asked to end says goodbye; the role connects anew by itself."),
  ACTIVE_CRASHED(
      5,
      "active session, the server's machine crashes",
      "no FIN and no RST come: only heartbeats, or the deadline of the request, end the wait."),
  IDLE_CRASHED(
      6,
      "idle session, the server's machine crashes",
      "who only listens never knows: something must be sent from time to time."),
  ROUTERS_DOWN(
      7,
      "idle session, routers on the way go down and come back",
      "TCP sends again: an outage that is shorter than three heartbeats is only a delay."),
  KEEPALIVE_ONLY(
      8,
      "as 6, with keepalive only",
      "keepalive does it too: in two hours unless told otherwise, and only while nothing is under way."),
  REBOOT(
      9,
      "the server's machine crashes and comes back",
      "a machine that has forgotten the connection answers with RST."),
  SECOND_COPY(
      10,
      "a second copy of the server is started",
      "one listener for each port: the second fails at bind, and the first goes on."),
  LOW_PORT(
      11,
      "the server asks for a port below 1024 without the right to it",
      "such ports are the system's: bind says so."),
  TOO_FAST(
      12,
      "A sends faster than B can receive",
      "queues have bounds: pressure reaches the sender, and memory stays what it was.");

  private final int number;
  private final String title;
  private final String lesson;

  Bump(int number, String title, String lesson) {
    this.number = number;
    this.title = title;
    this.lesson = lesson;
  }

  static Bump of(int number) {
    for (Bump bump : values()) {
      if (bump.number == number) {
        return bump;
      }
    }
    throw new IllegalArgumentException("no act has the number " + number);
  }

  /** From 1, as the lecture counts. */
  int number() {
    return number;
  }

  String title() {
    return title;
  }

  String lesson() {
    return lesson;
  }

  Finding act(Stage stage) throws Exception {
    return switch (this) {
      case NO_SERVER -> Openings.noServer(stage);
      case HOST_DOWN -> Openings.hostDown(stage);
      case ACTIVE_INTERRUPTED -> Endings.active(stage);
      case IDLE_INTERRUPTED -> Endings.idle(stage);
      case ACTIVE_CRASHED -> Crashes.active(stage);
      case IDLE_CRASHED -> Crashes.idle(stage);
      case ROUTERS_DOWN -> Crashes.outage(stage);
      case KEEPALIVE_ONLY -> Crashes.keepalive(stage);
      case REBOOT -> Crashes.reboot(stage);
      case SECOND_COPY -> Openings.secondCopy(stage);
      case LOW_PORT -> Openings.lowPort(stage);
      case TOO_FAST -> Flood.tooFast(stage);
    };
  }
}
