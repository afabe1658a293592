package dev.trefoil.samples.bump;

import dev.trefoil.Endpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A machine that is a network namespace, behind a veth pair; taken down, it swallows packets as a
 * cut cable does. This process must be in a namespace of its own too: see {@link Staged}.
 *
 * <pre>
 * this process | bridge "street" 198.18.0.1 | "here1" = veth pair = "there" 198.18.0.2 | server
 * </pre>
 *
 * The bridge keeps this side's address while the other machine is away.
 */
final class NetworkMachine implements Machine {
  static final String ADDRESS = "198.18.0.2";
  private static final int PORT = 7007;
  private static final String MOVE_IN =
      "ip link set lo up; echo; read wait; ip addr add "
          + ADDRESS
          + "/24 dev there; ip link set there up; exec \"$@\"";

  private final String scheme;
  private final List<String> command;
  private int boots;
  private @Nullable ServerProcess server;

  /**
   * Lays the street.
   *
   * @param command a server's, which must listen at the endpoint {@code URI}
   */
  NetworkMachine(String scheme, List<String> command) throws IOException, InterruptedException {
    this.scheme = scheme;
    this.command = command.stream().map(word -> word.equals("URI") ? uri() : word).toList();
    ip("link set lo up");
    ip("link add street type bridge");
    ip("link set street up");
    ip("addr add 198.18.0.1/24 dev street");
    // A neighbour who is always at home: a bridge without any would be down.
    ip("link add neighbour type veth peer name home");
    ip("link set neighbour master street up");
    ip("link set home up");
  }

  private String uri() {
    return scheme + "://" + ADDRESS + ":" + PORT;
  }

  private static void ip(String arguments) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of("ip"));
    line.addAll(List.of(arguments.split(" ", -1)));
    Namespaces.run(line);
  }

  private String cable() {
    return "here" + boots;
  }

  @Override
  public Endpoint start() throws IOException, InterruptedException {
    boots++;
    List<String> before = List.of("unshare", "--net", "sh", "-c", MOVE_IN, "sh");
    ServerProcess started = ServerProcess.start(before, command);
    server = started;
    if (started.out().read() < 0) {
      throw new IOException("the server's namespace was not made: " + started.errorsAtEnd());
    }
    // The same hardware address each time: the neighbours' tables outlive a reboot.
    ip(
        "link add "
            + cable()
            + " type veth peer name there address 02:00:00:00:00:02 netns "
            + started.pid());
    ip("link set " + cable() + " master street up");
    started.in().write("go\n".getBytes(StandardCharsets.US_ASCII));
    started.in().flush();
    return Endpoint.of(started.bound());
  }

  @Override
  public void vanish() throws IOException, InterruptedException {
    ip("link set " + cable() + " down");
  }

  @Override
  public void reappear() throws IOException, InterruptedException {
    ip("link set " + cable() + " up");
  }

  @Override
  public void reboot() throws IOException, InterruptedException {
    if (server != null) {
      server.kill();
    }
    start();
  }

  @Override
  public String means() {
    return "network namespaces, the veth pair between them taken down";
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
  }
}
