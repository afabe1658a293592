package dev.trefoil.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The rules hold for what the modules ship. */
class ArchitectureTest {
  private static final JavaClasses SHIPPED =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.trefoil");

  private final ModuleRules rules = new ModuleRules("dev.trefoil");

  @Test
  void everyModuleIsLookedAt() {
    assertThat(SHIPPED)
        .extracting(javaClass -> javaClass.getPackageName())
        .contains(
            "dev.trefoil",
            "dev.trefoil.raw",
            "dev.trefoil.zmq",
            "dev.trefoil.tck",
            "dev.trefoil.samples")
        .doesNotContain("dev.trefoil.architecture");
  }

  @Test
  void apiKnowsNoOtherModule() {
    rules.apiKnowsNoOtherModule().check(SHIPPED);
  }

  @Test
  void spiKnowsOnlyTheTopPackage() {
    rules.spiKnowsOnlyTheTopPackage().check(SHIPPED);
  }

  @Test
  void rawKnowsOnlyTheTopPackageAndTheSpi() {
    rules.knowsOnlyTheTopPackageAndTheSpi("raw").check(SHIPPED);
  }

  @Test
  void zmqKnowsOnlyTheTopPackageAndTheSpi() {
    rules.knowsOnlyTheTopPackageAndTheSpi("zmq").check(SHIPPED);
  }

  @Test
  void kitKnowsOnlyTheTopPackageAndTheSpi() {
    rules.knowsOnlyTheTopPackageAndTheSpi("tck").check(SHIPPED);
  }

  @Test
  void onlyZmqKnowsJeromq() {
    rules.onlyZmqKnowsJeromq().check(SHIPPED);
  }

  @Test
  void onlyProtobufCodecKnowsProtobuf() {
    rules.onlyProtobufCodecKnowsProtobuf().check(SHIPPED);
  }

  @Test
  void librariesUseNoMonitors() {
    rules.librariesUseNoMonitors().check(SHIPPED);
  }
}
