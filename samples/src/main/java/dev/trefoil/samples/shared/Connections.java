package dev.trefoil.samples.shared;

import dev.trefoil.Role;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The endpoints of a command with one role: {@code --bind} and {@code --connect}. */
public final class Connections {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--bind",
      paramLabel = "URI",
      description =
          "Listen here, as in raw://127.0.0.1:7000; port 0 picks one. Repeat for more, schemes may differ.")
  private List<String> bind = new ArrayList<>();

  @Option(
      names = "--connect",
      paramLabel = "URI",
      description = "Connect to this, and stay connected. Repeat for more, schemes may differ.")
  private List<String> connect = new ArrayList<>();

  /** Listens and connects; says on stderr where it listens. */
  public void open(Role role, Run run) {
    if (isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "give at least one --bind URI or --connect URI");
    }
    run.bind(role, bind);
    connect.forEach(role::connect);
  }

  /** As {@link #open}; without any endpoint it listens at a usual one. */
  public void openOrBind(Role role, Run run, String usual) {
    if (isEmpty()) {
      run.bind(role, List.of(usual));
    } else {
      open(role, run);
    }
  }

  /** As {@link #open}; without any endpoint it connects to a usual one. */
  public void openOrConnect(Role role, Run run, String usual) {
    if (isEmpty()) {
      role.connect(usual);
    } else {
      open(role, run);
    }
  }

  private boolean isEmpty() {
    return bind.isEmpty() && connect.isEmpty();
  }

  /** Where the user wants to listen, as typed. */
  public List<String> bindings() {
    return bind;
  }

  /** The scheme of the first endpoint: what a benchmark calls itself after. */
  public String scheme() {
    String first = bind.isEmpty() ? connect.get(0) : bind.get(0);
    int end = first.indexOf(':');
    return end < 0 ? first : first.substring(0, end);
  }
}
