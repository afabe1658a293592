package dev.trefoil.raw;

import static dev.trefoil.raw.Rig.bytes;
import static dev.trefoil.raw.Rig.next;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.spi.RequestPort;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process without descriptors: accepting pauses, says so, and goes on when there are some. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class DescriptorsTest {
  private static final int DESCRIPTORS = 200;

  /** A loop that is told of the waiting connection again and again uses all of a processor. */
  private static final long SPINNING_MILLIS = 150;

  private static RequestPort.Target joined(Rig.Asker requester, Endpoint at) throws Exception {
    requester.port.connect(at);
    return next(requester.targets);
  }

  private static void assertAnswers(Rig.Asker requester, RequestPort.Target target)
      throws Exception {
    target.send(7, Rig.LIMIT.toNanos(), bytes("ping"));
    assertThat(next(requester.replies)).isEqualTo("7 ping");
  }

  @Test
  void acceptingPausesWithoutDescriptorsAndGoesOnWithThem() throws Exception {
    try (Tool child = Tool.java(DESCRIPTORS, DescriptorsChild.class);
        Rig rig = new Rig()) {
      Endpoint at = Endpoint.of(child.awaitLine("bound ").substring("bound ".length()));
      Rig.Asker early = rig.new Asker(Options.defaults());
      RequestPort.Target known = joined(early, at);
      assertAnswers(early, known);

      child.say("hoard");
      child.awaitLine("hoards after");
      Rig.Asker late = rig.new Asker(Options.defaults());
      late.port.connect(at);
      assertThat(child.awaitLine("accepting at " + at + " pauses"))
          .contains("the process has no file descriptors left");

      child.say("measure");
      String used = child.awaitLine("used ms: ");
      assertThat(Long.parseLong(used.substring("used ms: ".length()))).isLessThan(SPINNING_MILLIS);
      assertAnswers(early, known);
      assertThat(late.targets).isEmpty();

      child.say("dial");
      assertThat(child.awaitLine("dial: ")).endsWith("the process has no file descriptors left");
      child.say("bind");
      assertThat(child.awaitLine("bind: ")).contains("OUT_OF_DESCRIPTORS", "raise the limit");

      child.say("free");
      child.awaitLine("accepting at " + at + " goes on after");
      assertAnswers(late, next(late.targets));
      assertAnswers(early, known);
      Rig.Asker after = rig.new Asker(Options.defaults());
      assertAnswers(after, joined(after, at));
    }
  }
}
