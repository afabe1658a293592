package dev.trefoil.internal;

/** The six roles, with the values of their metric tags. */
enum RoleKind {
  REQUESTER("request-reply", "requester", false),
  REPLIER("request-reply", "replier", true),
  PUBLISHER("publish-subscribe", "publisher", false),
  SUBSCRIBER("publish-subscribe", "subscriber", true),
  PUSHER("push-pull", "pusher", false),
  PULLER("push-pull", "puller", true);

  private final String pattern;
  private final String role;
  private final boolean receives;

  RoleKind(String pattern, String role, boolean receives) {
    this.pattern = pattern;
    this.role = role;
    this.receives = receives;
  }

  String pattern() {
    return pattern;
  }

  String role() {
    return role;
  }

  /** Whether it hands what it receives to the user. */
  boolean receives() {
    return receives;
  }
}
