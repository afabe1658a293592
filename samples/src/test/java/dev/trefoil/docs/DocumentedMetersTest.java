package dev.trefoil.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Codec;
import dev.trefoil.Messaging;
import dev.trefoil.Role;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The page on metrics lists just the meters that six roles register. */
class DocumentedMetersTest {
  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
  private static final Pattern VALUES_OF = Pattern.compile("`(\\w+)` of `(trefoil[.\\w]+)`");
  private static final Set<String> COMMON = Set.of("transport", "pattern", "role", "name");

  /** What the page says of a meter, or the registry has. */
  private record Documented(String type, Set<String> moreTags, Set<String> roles) {}

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Messaging messaging = Messaging.builder().meterRegistry(registry).build();
  private List<List<String>> rows;

  @BeforeEach
  void openOneOfEachRoleAndReadThePage() throws IOException {
    Stream.<Role>of(
            messaging.requester(Codec.utf8(), Codec.utf8()),
            messaging.replier(Codec.utf8(), Codec.utf8()),
            messaging.publisher(Codec.utf8()),
            messaging.subscriber(Codec.utf8()),
            messaging.pusher(Codec.utf8()),
            messaging.puller(Codec.utf8()))
        .forEach(role -> role.bind("inproc://*"));
    rows =
        Files.readString(DocumentedCodeTest.root().resolve("docs/METRICS.md"))
            .lines()
            .filter(line -> line.startsWith("|"))
            .map(line -> line.substring(1, line.lastIndexOf('|')).split("\\|", -1))
            .map(cells -> Arrays.stream(cells).map(String::strip).toList())
            .toList();
  }

  @AfterEach
  void close() {
    messaging.close();
  }

  @Test
  void eachMeterIsDocumentedWithItsTypeTagsAndRoles() {
    assertThat(documented()).isEqualTo(registered());
  }

  @Test
  void everyMeterHasTheTagsThatThePageSaysAllHave() {
    Set<String> documented =
        rows.stream()
            .filter(cells -> cells.size() == 2)
            .takeWhile(cells -> !VALUES_OF.matcher(cells.get(0)).matches())
            .map(cells -> QUOTED.matcher(cells.get(0)))
            .filter(Matcher::matches)
            .map(quoted -> quoted.group(1))
            .collect(Collectors.toSet());
    assertThat(documented).isEqualTo(COMMON);
    assertThat(registry.getMeters())
        .allSatisfy(meter -> assertThat(tags(meter)).containsAll(COMMON));
  }

  @Test
  void thePatternsAndRolesThatThePageNamesAreThose() {
    for (String tag : List.of("pattern", "role")) {
      Set<String> documented =
          rows.stream()
              .filter(cells -> cells.size() == 2 && cells.get(0).equals("`" + tag + "`"))
              .flatMap(cells -> quoted(cells.get(1)).stream())
              .collect(toSortedSet());
      Set<String> registered =
          registry.getMeters().stream()
              .map(meter -> meter.getId().getTag(tag))
              .collect(toSortedSet());
      assertThat(documented).as(tag).isEqualTo(registered);
    }
  }

  @Test
  void eachValueOfATagIsDocumented() {
    Map<String, Set<String>> registered = new TreeMap<>();
    for (Meter meter : registry.getMeters()) {
      for (Tag tag : meter.getId().getTags()) {
        if (!COMMON.contains(tag.getKey())) {
          String of = tag.getKey() + " of " + meter.getId().getName();
          registered.computeIfAbsent(of, name -> new TreeSet<>()).add(tag.getValue());
        }
      }
    }
    assertThat(documentedValues()).isEqualTo(registered);
  }

  private Map<String, Documented> documented() {
    Map<String, Documented> meters = new TreeMap<>();
    for (List<String> cells : rows) {
      Matcher name = QUOTED.matcher(cells.get(0));
      if (cells.size() == 6 && name.matches()) {
        Documented meter = new Documented(cells.get(1), quoted(cells.get(3)), roles(cells.get(4)));
        assertThat(meters.put(name.group(1), meter)).as("listed twice: " + cells).isNull();
      }
    }
    return meters;
  }

  private static Set<String> quoted(String cell) {
    return QUOTED.matcher(cell).results().map(found -> found.group(1)).collect(toSortedSet());
  }

  private Set<String> roles(String cell) {
    return cell.equals("all")
        ? registry.getMeters().stream().map(DocumentedMetersTest::role).collect(toSortedSet())
        : Arrays.stream(cell.split(", ")).collect(toSortedSet());
  }

  private Map<String, Documented> registered() {
    Map<String, Documented> meters = new TreeMap<>();
    for (Meter meter : registry.getMeters()) {
      Set<String> more = tags(meter);
      more.removeAll(COMMON);
      Set<String> roles = new TreeSet<>(Set.of(role(meter)));
      String type = meter.getId().getType().name().toLowerCase(Locale.ROOT);
      meters.merge(
          meter.getId().getName(),
          new Documented(type, more, roles),
          (one, other) -> {
            one.roles().addAll(other.roles());
            assertThat(other.type()).isEqualTo(one.type());
            assertThat(other.moreTags()).isEqualTo(one.moreTags());
            return one;
          });
    }
    return meters;
  }

  private Map<String, Set<String>> documentedValues() {
    Map<String, Set<String>> values = new TreeMap<>();
    Set<String> current = new TreeSet<>();
    for (List<String> cells : rows) {
      Matcher heading = VALUES_OF.matcher(cells.get(0));
      if (heading.matches()) {
        current = new TreeSet<>();
        values.put(heading.group(1) + " of " + heading.group(2), current);
      } else {
        current.addAll(quoted(cells.get(0)));
      }
    }
    return values;
  }

  private static Set<String> tags(Meter meter) {
    return meter.getId().getTags().stream().map(Tag::getKey).collect(toSortedSet());
  }

  private static String role(Meter meter) {
    return meter.getId().getTag("role");
  }

  private static Collector<String, ?, Set<String>> toSortedSet() {
    return Collectors.toCollection(TreeSet::new);
  }
}
