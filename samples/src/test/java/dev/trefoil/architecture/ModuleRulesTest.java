package dev.trefoil.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** Each rule catches the class in {@code broken} that breaks it on purpose, and names it. */
class ModuleRulesTest {
  private static final String ROOT = "dev.trefoil.architecture.broken";
  private static final JavaClasses BROKEN = new ClassFileImporter().importPackages(ROOT);

  private final ModuleRules rules = new ModuleRules(ROOT);

  @Test
  void apiThatKnowsATransportIsCaught() {
    assertCaught(rules.apiKnowsNoOtherModule(), "ApiThatKnowsATransport");
  }

  @Test
  void spiThatLeaksMachineryIsCaught() {
    assertCaught(rules.spiKnowsOnlyTheTopPackage(), "SpiThatLeaksMachinery");
  }

  @Test
  void transportThatKnowsAnotherIsCaught() {
    assertCaught(rules.knowsOnlyTheTopPackageAndTheSpi("raw"), "RawThatKnowsZmq");
  }

  @Test
  void transportThatReachesIntoApiIsCaught() {
    assertCaught(rules.knowsOnlyTheTopPackageAndTheSpi("zmq"), "ZmqThatReachesIntoApi");
  }

  @Test
  void kitThatKnowsATransportIsCaught() {
    assertCaught(rules.knowsOnlyTheTopPackageAndTheSpi("tck"), "KitThatKnowsATransport");
  }

  @Test
  void jeromqOutsideOfZmqIsCaught() {
    assertCaught(rules.onlyZmqKnowsJeromq(), "RawThatKnowsJeromq");
  }

  @Test
  void protobufOutsideOfItsCodecIsCaught() {
    assertCaught(rules.onlyProtobufCodecKnowsProtobuf(), "ApiThatNeedsProtobuf");
  }

  @Test
  void synchronizedMethodAndBlockAreCaught() {
    assertCaught(
        rules.librariesUseNoMonitors(), "SynchronizedParts.method", "SynchronizedParts.block");
    assertThat(rules.librariesUseNoMonitors().evaluate(BROKEN).getFailureReport().getDetails())
        .noneMatch(detail -> detail.contains("SynchronizedParts.free"));
  }

  private static void assertCaught(ArchRule rule, String... names) {
    assertThat(rule.evaluate(BROKEN).getFailureReport().toString()).contains(names);
  }
}
