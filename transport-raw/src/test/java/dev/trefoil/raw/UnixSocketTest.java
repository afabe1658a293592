package dev.trefoil.raw;

import static dev.trefoil.raw.Rig.bytes;
import static dev.trefoil.raw.Rig.next;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.trefoil.BindFailedException;
import dev.trefoil.BindFailedException.Reason;
import dev.trefoil.Endpoint;
import dev.trefoil.EndpointException;
import dev.trefoil.Options;
import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.Hello;
import dev.trefoil.raw.wire.SpRole;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Unix sockets come with files, which must be neither left behind nor taken from others. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class UnixSocketTest {
  private static final Options DEFAULTS = Options.defaults();

  @TempDir Path folder;

  private Endpoint at(String name) {
    return Endpoint.of("raw+unix://" + folder.resolve(name));
  }

  private Reason reasonOf(Rig rig, Endpoint endpoint, String... words) {
    Rig.Answerer replier = rig.new Answerer(DEFAULTS);
    BindFailedException failed =
        catchThrowableOfType(BindFailedException.class, () -> replier.port.bind(endpoint));
    assertThat(failed).isNotNull().hasMessageContainingAll(words);
    return failed.reason();
  }

  private static void assertServes(Rig rig, Endpoint endpoint) throws InterruptedException {
    Rig.Asker requester = rig.new Asker(DEFAULTS);
    requester.port.connect(endpoint);
    next(requester.targets).send(7, 1, bytes("ping"));
    assertThat(next(requester.replies)).isEqualTo("7 ping");
  }

  @Test
  void aRequestIsAnsweredAndTheFileGoesWithTheListener() throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Answerer replier = rig.new Answerer(DEFAULTS);
      Endpoint endpoint = at("socket");
      assertThat(replier.port.bind(endpoint)).isEqualTo(endpoint);
      assertThat(folder.resolve("socket")).exists();
      assertServes(rig, endpoint);
      assertThat(next(replier.ups).address()).isEqualTo(endpoint.name());
      assertThat(replier.port.unbind(endpoint)).isTrue();
      assertThat(folder.resolve("socket")).doesNotExist();

      replier.port.bind(endpoint);
      assertServes(rig, endpoint);
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aDialerWaitsForTheFileToAppear() throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Asker requester = rig.new Asker(DEFAULTS);
      requester.port.connect(at("later"));
      assertThat(next(requester.connectFailures)).isEqualTo("there is no socket file");
      rig.new Answerer(DEFAULTS).port.bind(at("later"));
      next(requester.targets);
    }
  }

  @Test
  void theFileOfADeadListenerIsReplaced() throws Exception {
    Path path = folder.resolve("stale");
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(path));
    }
    assertThat(path).exists();
    try (Rig rig = new Rig()) {
      rig.new Answerer(DEFAULTS).port.bind(at("stale"));
      assertServes(rig, at("stale"));
    }
    assertThat(path).doesNotExist();
  }

  @Test
  void aLiveListenerKeepsItsFile() throws Exception {
    try (Rig rig = new Rig()) {
      rig.new Answerer(DEFAULTS).port.bind(at("live"));
      assertThat(reasonOf(rig, at("live"), "somebody listens there")).isEqualTo(Reason.IN_USE);
      assertServes(rig, at("live"));
    }
  }

  @Test
  void whoeverTookThePathLaterKeepsItsFile() throws Exception {
    Path path = folder.resolve("taken");
    try (Rig rig = new Rig();
        ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      Rig.Answerer replier = rig.new Answerer(DEFAULTS);
      replier.port.bind(at("taken"));
      Files.delete(path);
      other.bind(UnixDomainSocketAddress.of(path));
      replier.port.unbind(at("taken"));
      assertThat(path).exists();
    }
  }

  @Test
  void aFileThatIsNoSocketIsLeftAlone() throws Exception {
    Files.writeString(folder.resolve("data"), "precious");
    try (Rig rig = new Rig()) {
      assertThat(reasonOf(rig, at("data"), "it is no socket")).isEqualTo(Reason.IN_USE);
    }
    assertThat(folder.resolve("data")).hasContent("precious");
  }

  @Test
  void pathsThatCannotBeSayWhy() {
    try (Rig rig = new Rig()) {
      assertThat(reasonOf(rig, at("missing/socket"), "there is no directory", "missing"))
          .isEqualTo(Reason.BAD_CONFIGURATION);
      assertThat(reasonOf(rig, at("long".repeat(30)), "systems take about 100"))
          .isEqualTo(Reason.BAD_CONFIGURATION);
      Rig.Asker requester = rig.new Asker(DEFAULTS);
      assertThatThrownBy(() -> requester.port.connect(Endpoint.of("raw+unix://host:7000")))
          .isInstanceOf(EndpointException.class)
          .hasMessageContaining("named by its path");
      assertThatThrownBy(() -> requester.port.connect(Endpoint.of("raw:///run/socket")))
          .isInstanceOf(EndpointException.class)
          .hasMessageContaining("a path and no host");
    }
  }

  /** Whoever may do everything, as root may, is still not let into the kernel's own tree. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aPlaceWithoutRightSaysSo() {
    try (Rig rig = new Rig()) {
      Endpoint forbidden = Endpoint.of("raw+unix:///sys/kernel/trefoil.sock");
      assertThat(reasonOf(rig, forbidden, "lacks the right")).isEqualTo(Reason.NEEDS_PRIVILEGE);
    }
  }

  @Test
  void aListenerTakesPlainSpToo() throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Answerer replier = rig.new Answerer(DEFAULTS);
      replier.port.bind(at("plain"));
      try (SocketChannel peer =
          SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve("plain")))) {
        peer.write(ByteBuffer.allocate(8).putLong(Hello.encode(SpRole.REQ, Dialect.V0)).flip());
        assertThat(next(replier.ups).protocol()).isEqualTo(Dialect.V0.words());
        ByteBuffer answer = ByteBuffer.allocate(8);
        readFully(peer, answer);
        assertThat(answer.getLong(0)).isEqualTo(Hello.encode(SpRole.REP, Dialect.V0));
      }
    }
  }

  private static void readFully(SocketChannel from, ByteBuffer to) throws IOException {
    while (to.hasRemaining() && from.read(to) >= 0) {
      // The channel blocks; the test has a limit.
    }
  }
}
