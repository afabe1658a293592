package dev.trefoil.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Codec;
import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.Messaging;
import dev.trefoil.Options;
import dev.trefoil.Puller;
import dev.trefoil.RejectReason;
import dev.trefoil.Role;
import dev.trefoil.spi.PortMetrics.Drop;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class MeterHubTest {
  private static final Set<String> ALL_ROLES =
      Set.of(
          "trefoil.messages.sent",
          "trefoil.messages.received",
          "trefoil.bytes.sent",
          "trefoil.bytes.received",
          "trefoil.messages.dropped",
          "trefoil.queue.depth",
          "trefoil.peers",
          "trefoil.connects",
          "trefoil.disconnects",
          "trefoil.rejected",
          "trefoil.heartbeats.missed");
  private static final Set<String> REQUESTERS =
      Set.of("trefoil.requests", "trefoil.requests.outstanding", "trefoil.replies.late");
  private static final Set<String> PUSHERS =
      Set.of("trefoil.messages.redelivered", "trefoil.messages.dead");
  private static final Set<String> RECEIVERS = Set.of("trefoil.handler");

  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final FakeTransport transport = new FakeTransport();
  private final Messaging messaging =
      Messaging.builder().transport(transport).meterRegistry(registry).build();

  @AfterEach
  void close() {
    messaging.close();
  }

  private Puller<String> puller(String name) {
    Options.Builder options = Options.builder().linger(Duration.ZERO);
    Options named = name == null ? options.build() : options.name(name).build();
    Puller<String> role = messaging.puller(Codec.utf8(), named);
    role.bind("fake://host:1");
    return role;
  }

  private FakeTransport.Pulls port() {
    return transport.last(FakeTransport.Pulls.class);
  }

  private double counter(String name, String... tags) {
    return registry.get(name).tags(tags).functionCounter().count();
  }

  private double gauge(String name, String... tags) {
    return registry.get(name).tags(tags).gauge().value();
  }

  private Map<String, Set<String>> namesByRole() {
    Map<String, Set<String>> names = new HashMap<>();
    for (Meter meter : registry.getMeters()) {
      names
          .computeIfAbsent(meter.getId().getTag("role"), role -> new TreeSet<>())
          .add(meter.getId().getName());
    }
    return names;
  }

  private List<Role> oneOfEach() {
    List<Role> roles =
        List.of(
            messaging.requester(Codec.utf8(), Codec.utf8()),
            messaging.replier(Codec.utf8(), Codec.utf8()),
            messaging.publisher(Codec.utf8()),
            messaging.subscriber(Codec.utf8()),
            messaging.pusher(Codec.utf8()),
            messaging.puller(Codec.utf8()));
    roles.forEach(role -> role.bind("fake://host:1"));
    return roles;
  }

  private static Set<String> union(Set<String> a, Set<String> b) {
    Set<String> both = new TreeSet<>(a);
    both.addAll(b);
    return both;
  }

  @Test
  void everyRoleHasTheMetersOfItsPatternUnderTheirFixedNames() {
    assertThat(registry.getMeters()).isEmpty();
    oneOfEach();
    Map<String, Set<String>> names = namesByRole();
    assertThat(names.keySet())
        .containsExactlyInAnyOrder(
            "requester", "replier", "publisher", "subscriber", "pusher", "puller");
    assertThat(names.get("requester")).isEqualTo(union(ALL_ROLES, REQUESTERS));
    assertThat(names.get("replier")).isEqualTo(union(ALL_ROLES, RECEIVERS));
    assertThat(names.get("publisher")).isEqualTo(union(ALL_ROLES, Set.of()));
    assertThat(names.get("subscriber")).isEqualTo(union(ALL_ROLES, RECEIVERS));
    assertThat(names.get("pusher")).isEqualTo(union(ALL_ROLES, PUSHERS));
    assertThat(names.get("puller")).isEqualTo(union(ALL_ROLES, RECEIVERS));
  }

  @Test
  void metersOfOneNameHaveTheSameTagKeysAndNeverAPeersAddress() {
    oneOfEach();
    puller("named");
    port().peerUp();
    Map<String, Set<Set<String>>> keys = new HashMap<>();
    for (Meter meter : registry.getMeters()) {
      Set<String> own =
          meter.getId().getTags().stream().map(Tag::getKey).collect(Collectors.toSet());
      keys.computeIfAbsent(meter.getId().getName(), name -> new java.util.HashSet<>()).add(own);
      assertThat(own).contains("transport", "pattern", "role", "name");
      assertThat(meter.getId().getTags())
          .allSatisfy(tag -> assertThat(tag.getValue()).doesNotContain("host:"));
    }
    assertThat(keys).allSatisfy((name, sets) -> assertThat(sets).as(name).hasSize(1));
    assertThat(gauge("trefoil.peers", "name", "named", "transport", "fake")).isEqualTo(1);
  }

  @Test
  void theValuesAreTrue() {
    puller("v");
    FakeTransport.Pulls port = port();
    port.push("abc");
    port.push("de");
    var first = port.peerUp();
    port.peerUp();
    port.peerDown(first);
    port.events.rejected(Endpoint.of("fake://host:1"), "x", RejectReason.BAD_HELLO, "GET");
    port.context.metrics().dropped(Drop.OLDEST, 4);
    port.context.metrics().heartbeatMissed();
    port.queued = 5;

    assertThat(counter("trefoil.messages.received")).isEqualTo(2);
    assertThat(counter("trefoil.bytes.received")).isEqualTo(5);
    assertThat(gauge("trefoil.queue.depth")).isEqualTo(7);
    assertThat(gauge("trefoil.peers")).isEqualTo(1);
    assertThat(counter("trefoil.connects")).isEqualTo(2);
    assertThat(counter("trefoil.disconnects", "reason", "reset")).isEqualTo(1);
    assertThat(counter("trefoil.rejected", "reason", "bad_hello")).isEqualTo(1);
    assertThat(counter("trefoil.messages.dropped", "reason", "oldest")).isEqualTo(4);
    assertThat(counter("trefoil.heartbeats.missed")).isEqualTo(1);
    for (DisconnectReason reason : DisconnectReason.values()) {
      assertThat(counter("trefoil.disconnects", "reason", reason.tag())).isBetween(0.0, 1.0);
    }
  }

  @Test
  void countsOfAClosedRoleStayAndItsLevelsGo() {
    Puller<String> role = puller("c");
    port().push("abc");
    port().peerUp();
    role.close();
    assertThat(counter("trefoil.messages.received")).isEqualTo(1);
    assertThat(counter("trefoil.connects")).isEqualTo(1);
    assertThat(counter("trefoil.messages.dropped", "reason", "closed")).isEqualTo(1);
    assertThat(gauge("trefoil.queue.depth")).isZero();
    assertThat(gauge("trefoil.peers")).isZero();

    puller("c");
    port().push("x");
    assertThat(counter("trefoil.messages.received")).isEqualTo(2);
  }

  @Test
  void rolesWithTheSameTagsShareMetersThatShowTheSum() {
    puller("s");
    FakeTransport.Pulls first = port();
    puller("s");
    FakeTransport.Pulls second = port();
    puller("other");
    first.push("a");
    second.push("b");
    second.peerUp();
    assertThat(counter("trefoil.messages.received", "name", "s")).isEqualTo(2);
    assertThat(gauge("trefoil.queue.depth", "name", "s")).isEqualTo(2);
    assertThat(counter("trefoil.messages.received", "name", "other")).isZero();
  }

  @Test
  void aRegistryMayBeSharedAndIsLeftCleanByTheLast() {
    FakeTransport otherTransport = new FakeTransport();
    Messaging other = Messaging.builder().transport(otherTransport).meterRegistry(registry).build();
    Puller<String> role = other.puller(Codec.utf8(), Options.builder().name("m").build());
    role.bind("fake://host:1");
    otherTransport.last(FakeTransport.Pulls.class).push("a");
    puller("m");
    port().push("b");
    assertThat(counter("trefoil.messages.received")).isEqualTo(2);
    other.close();
    assertThat(counter("trefoil.messages.received")).isEqualTo(2);
    messaging.close();
    assertThat(registry.getMeters()).isEmpty();
  }

  @Test
  void aCounterNeverFallsWhileRolesCloseUnderIt() throws Exception {
    puller("n");
    Waiting.Running<Object> reader =
        Waiting.run(
            () -> {
              double last = 0;
              while (!Thread.currentThread().isInterrupted()) {
                double now = counter("trefoil.messages.received");
                assertThat(now).isGreaterThanOrEqualTo(last);
                last = now;
              }
              return this;
            });
    for (int i = 0; i < 300; i++) {
      Puller<String> role = puller("n");
      port().push("x");
      role.close();
    }
    reader.thread.interrupt();
    assertThat(reader.get()).isNotNull();
    assertThat(counter("trefoil.messages.received")).isEqualTo(300);
  }
}
