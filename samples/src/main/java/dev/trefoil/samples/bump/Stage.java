package dev.trefoil.samples.bump;

import dev.trefoil.Codec;
import dev.trefoil.Options;
import dev.trefoil.Requester;
import dev.trefoil.TcpOptions;
import dev.trefoil.samples.shared.Run;
import dev.trefoil.samples.shared.Text;
import dev.trefoil.spi.Capability;
import dev.trefoil.spi.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;

/**
 * What an act needs: the transport and what it can, options with short times, servers to start, and
 * a witness. One for each act; for the command's thread.
 */
final class Stage {
  static final Duration HEARTBEAT = Duration.ofMillis(500);
  static final int MISSES = 3;
  static final Duration CONNECT_LIMIT = Duration.ofSeconds(1);
  static final Duration REQUEST_LIMIT = Duration.ofSeconds(4);
  static final Duration PROBE = Duration.ofSeconds(1);
  static final int PROBES = 3;

  /** A machine with more to do than it can is late; the promise is meant for one that is not. */
  static final Duration GRACE = Duration.ofSeconds(2);

  private static final Duration RECONNECT = Duration.ofMillis(300);

  private final String scheme;
  private final Secrets secrets;
  private final boolean namespaces;
  private final Run run;
  private final Witness witness;
  private final Set<Capability> capabilities;

  Stage(String scheme, Secrets secrets, boolean namespaces, Run run, Story story) {
    this.scheme = scheme;
    this.secrets = secrets;
    this.namespaces = namespaces;
    this.run = run;
    this.witness = new Witness(story);
    this.capabilities = capabilities(scheme);
  }

  /** What a scheme's transport can; the library itself asks it the same way. */
  static Set<Capability> capabilities(String scheme) {
    for (Transport transport : ServiceLoader.load(Transport.class)) {
      if (transport.schemes().contains(scheme)) {
        return transport.capabilities(scheme);
      }
    }
    return Set.of();
  }

  boolean can(Capability capability) {
    return capabilities.contains(capability);
  }

  Run run() {
    return run;
  }

  Witness witness() {
    return witness;
  }

  boolean hasNamespaces() {
    return namespaces;
  }

  /** Whether an act's machine cannot be a proxy, or is not to be one. */
  boolean needsNamespaces(Bump bump, boolean wanted) {
    return switch (bump) {
      case KEEPALIVE_ONLY -> true;
      case IDLE_CRASHED -> wanted || !can(Capability.HEARTBEATS);
      case ACTIVE_CRASHED, ROUTERS_DOWN, REBOOT -> wanted;
      default -> false;
    };
  }

  String uri(int port) {
    return scheme + "://127.0.0.1:" + port;
  }

  /** A role's options: short times, so that the play is short. */
  Options.Builder options() {
    Options.Builder options = run.options();
    secrets.applyTo(options);
    return options
        .peerListener(witness)
        .requestTimeout(REQUEST_LIMIT)
        .linger(Duration.ofMillis(100))
        .reconnectMin(RECONNECT)
        .reconnectMax(RECONNECT)
        .heartbeatInterval(HEARTBEAT)
        .heartbeatMisses(MISSES)
        .tcp(
            TcpOptions.builder()
                .connectTimeout(CONNECT_LIMIT)
                .handshakeTimeout(CONNECT_LIMIT)
                .keepAliveIdle(PROBE)
                .keepAliveInterval(PROBE)
                .keepAliveCount(PROBES)
                .build());
  }

  Requester<String, String> requester(Options.Builder options) {
    return run.messaging().requester(Codec.utf8(), Codec.utf8(), options.build());
  }

  /** A server process on this machine, which answers each request with itself after a while. */
  ServerProcess server(String delay) throws IOException {
    return server(delay, uri(0));
  }

  ServerProcess server(String delay, String uri) throws IOException {
    return start(List.of(), rep(uri, delay));
  }

  /** Another command as a process of its own, which is told the secrets that it needs. */
  ServerProcess start(List<String> before, List<String> command) throws IOException {
    return ServerProcess.start(before, withSecrets(command));
  }

  private List<String> withSecrets(List<String> command) {
    List<String> words = new ArrayList<>(command);
    words.addAll(secrets.flags());
    return words;
  }

  /** It ends by itself one day: whoever kills this process hard leaves nothing for ever. */
  private static List<String> rep(String uri, String delay) {
    return List.of("rep", "--bind", uri, "--echo", "--delay", delay, "--timeout", "2m");
  }

  /** A machine that can crash. */
  Machine machine(String delay) throws IOException, InterruptedException {
    if (namespaces) {
      return new NetworkMachine(scheme, withSecrets(rep("URI", delay)));
    }
    return new ProxiedMachine(scheme, withSecrets(rep(uri(0), delay)));
  }

  /** Such as {@code 3 missed heartbeats of 500ms}. */
  static String heartbeats() {
    return MISSES + " missed heartbeats of " + Text.of(HEARTBEAT);
  }

  /** By when a peer that fell silent is lost: the last sign of life can be an interval old. */
  static Duration silence() {
    return HEARTBEAT.multipliedBy(MISSES + 1L);
  }

  static Duration keepalive() {
    return PROBE.multipliedBy(PROBES + 1L);
  }
}
