package dev.trefoil.samples.shared;

import dev.trefoil.BindFailedException;
import dev.trefoil.Role;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The endpoints of a command that passes messages on: {@code --from} and {@code --to}. */
public final class FromTo {
  private static final String BIND = "bind:";
  private static final String CONNECT = "connect:";

  @Option(
      names = "--from",
      paramLabel = "URI",
      description = "Where messages come from. Repeat for more, schemes may differ.")
  private List<String> from = new ArrayList<>();

  @Option(
      names = "--to",
      paramLabel = "URI",
      description = "Where they go to. Repeat for more, schemes may differ.")
  private List<String> to = new ArrayList<>();

  public List<String> from() {
    return from;
  }

  public List<String> to() {
    return to;
  }

  /**
   * Connects to endpoints where somebody listens already, and listens at the others; {@code
   * bind:URI} and {@code connect:URI} say which.
   */
  public static void open(Role role, List<String> endpoints, Run run) {
    for (String endpoint : endpoints) {
      if (endpoint.startsWith(BIND)) {
        run.bind(role, List.of(endpoint.substring(BIND.length())));
      } else if (endpoint.startsWith(CONNECT)) {
        connect(role, endpoint.substring(CONNECT.length()), run);
      } else {
        bindOrConnect(role, endpoint, run);
      }
    }
  }

  /**
   * As {@link #open}, but connects where the user did not say which; without any, to a usual one.
   */
  public static void connectOrOpen(Role role, List<String> endpoints, String usual, Run run) {
    for (String endpoint : endpoints.isEmpty() ? List.of(usual) : endpoints) {
      boolean said = endpoint.startsWith(BIND) || endpoint.startsWith(CONNECT);
      open(role, List.of(said ? endpoint : CONNECT + endpoint), run);
    }
  }

  private static void bindOrConnect(Role role, String endpoint, Run run) {
    try {
      run.bind(role, List.of(endpoint));
    } catch (BindFailedException e) {
      switch (e.reason()) {
        case IN_USE, NOT_LOCAL -> connect(role, endpoint, run);
        default -> throw e;
      }
    }
  }

  private static void connect(Role role, String endpoint, Run run) {
    run.note("connecting to " + endpoint);
    role.connect(endpoint);
  }
}
