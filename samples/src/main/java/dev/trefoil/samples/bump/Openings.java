package dev.trefoil.samples.bump;

import dev.trefoil.BindFailedException;
import dev.trefoil.Codec;
import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.Replier;
import dev.trefoil.Requester;
import dev.trefoil.samples.bump.Witness.Kind;
import dev.trefoil.samples.bump.Witness.Sighting;
import dev.trefoil.samples.shared.Text;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What goes wrong before there is a session: 1, 2, 10 and 11. */
final class Openings {
  private static final int ECHO_PORT = 7;
  private static final Path FIRST_FREE_PORT =
      Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start");

  private Openings() {}

  static Finding noServer(Stage stage) throws IOException, InterruptedException {
    String uri = stage.uri(freePort());
    Witness witness = stage.witness();
    Options.Builder options = stage.options().requestTimeout(Stage.CONNECT_LIMIT);
    try (Requester<String, String> requester = stage.requester(options)) {
      witness.moment("connect, and one request; nobody listens at " + uri);
      requester.connect(uri);
      witness.ask(requester, "anybody?");
      Sighting refused = witness.await(Stage.REQUEST_LIMIT, Kind.CANNOT_CONNECT);
      Sighting failed = witness.await(Stage.REQUEST_LIMIT, Kind.FAILED, Kind.ANSWERED);
      witness.also("now a server is started there");
      try (ServerProcess server = stage.server("0ms", uri)) {
        server.bound();
        Sighting connected = witness.await(Stage.REQUEST_LIMIT, Kind.CONNECTED);
        requester.disconnect(Endpoint.of(uri));
        String promise = "told at once; the request ends after " + Text.of(Stage.CONNECT_LIMIT);
        if (refused == null || failed == null || connected == null) {
          return Finding.missed("something of this was not seen", promise);
        }
        boolean kept =
            refused.after().compareTo(Stage.GRACE) < 0
                && failed.after().compareTo(Stage.CONNECT_LIMIT) >= 0
                && failed.after().compareTo(Stage.CONNECT_LIMIT.plus(Stage.GRACE)) < 0;
        return Finding.kept(kept, "connectFailed", refused.after(), promise);
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  static Finding hostDown(Stage stage) throws IOException, InterruptedException {
    Witness witness = stage.witness();
    List<Socket> queued = new ArrayList<>();
    try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Requester<String, String> requester = stage.requester(stage.options())) {
      if (!fill(deaf, queued)) {
        return Finding.skipped("this system answers even where its queue of connections is full");
      }
      String uri = stage.uri(deaf.getLocalPort());
      witness.moment("connect; the SYN is not answered (a listener whose queue is full)");
      requester.connect(uri);
      Sighting seen = witness.await(Stage.REQUEST_LIMIT, Kind.CANNOT_CONNECT, Kind.CONNECTED);
      String promise = "connectTimeout of " + Text.of(Stage.CONNECT_LIMIT);
      return Finding.within(
          seen, Kind.CANNOT_CONNECT, "connectFailed", Stage.CONNECT_LIMIT, promise);
    } finally {
      for (Socket socket : queued) {
        socket.close();
      }
    }
  }

  /** Connects until nobody answers any more. */
  private static boolean fill(ServerSocket deaf, List<Socket> queued) throws IOException {
    for (int i = 0; i < 8; i++) {
      Socket socket = new Socket();
      queued.add(socket);
      try {
        socket.connect(new InetSocketAddress(deaf.getInetAddress(), deaf.getLocalPort()), 200);
      } catch (SocketTimeoutException e) {
        return true;
      }
    }
    return false;
  }

  static Finding secondCopy(Stage stage) throws IOException, InterruptedException {
    Witness witness = stage.witness();
    try (ServerProcess first = stage.server("0ms");
        Replier<String, String> second =
            stage.run().messaging().replier(Codec.utf8(), Codec.utf8(), stage.options().build());
        Requester<String, String> requester = stage.requester(stage.options())) {
      String uri = first.bound();
      witness.moment("a second replier binds " + uri);
      BindFailedException.Reason reason = bind(second, uri, witness);
      Duration after = witness.elapsed();
      requester.connect(uri);
      witness.ask(requester, "is the first one still there?");
      Sighting answer = witness.await(Stage.REQUEST_LIMIT, Kind.ANSWERED);
      boolean kept = reason == BindFailedException.Reason.IN_USE && answer != null;
      return Finding.kept(kept, "BindFailedException: " + reason, after, "at bind");
    }
  }

  private static BindFailedException.@Nullable Reason bind(
      Replier<String, String> replier, String uri, Witness witness) {
    try {
      replier.bind(uri);
      return null;
    } catch (BindFailedException e) {
      witness.caught(e);
      return e.reason();
    }
  }

  static Finding lowPort(Stage stage) throws IOException, InterruptedException {
    // Not readString: /proc gives such a file whole, or only its first byte.
    if (Files.isReadable(FIRST_FREE_PORT)
        && Integer.parseInt(Files.readAllLines(FIRST_FREE_PORT).get(0)) <= ECHO_PORT) {
      return Finding.skipped(
          "this system lets everybody bind such ports (" + FIRST_FREE_PORT + ")");
    }
    List<String> before = List.of();
    if (Namespaces.isRoot()) {
      before = List.of("setpriv", "--bounding-set=-net_bind_service");
    }
    Witness witness = stage.witness();
    String uri = stage.uri(ECHO_PORT);
    witness.moment(
        (before.isEmpty() ? "a server" : "a server that has given up its privilege (setpriv)")
            + " binds "
            + uri);
    try (ServerProcess server = stage.start(before, List.of("rep", "--bind", uri, "--echo"))) {
      String said = server.errorsAtEnd();
      Duration after = witness.elapsed();
      witness.also("it ends with exit code " + server.exitCode() + ": " + said);
      boolean kept = server.exitCode() == 1 && said.contains("lacks the right to it");
      String words = "BindFailedException: " + BindFailedException.Reason.NEEDS_PRIVILEGE;
      return Finding.kept(kept, words, after, "at bind, the start of a JVM included");
    } catch (IOException e) {
      return Finding.skipped("root may do it, and there is no setpriv to give the right away");
    }
  }
}
