package dev.trefoil.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;

/**
 * Which part may know which, below one root package. The root is a parameter so that the same rules
 * can be shown to fail on classes that break them on purpose.
 *
 * <p>Rules hold for packages that have no classes yet as well.
 */
final class ModuleRules {
  private final String root;

  ModuleRules(String root) {
    this.root = root;
  }

  /** Whatever no other module has is api's. */
  ArchRule apiKnowsNoOtherModule() {
    return noClasses()
        .that(areInApi())
        .should()
        .dependOnClassesThat(resideInAnyPackage(otherModules()))
        .because("users bring only the transports that they want")
        .allowEmptyShould(true);
  }

  ArchRule spiKnowsOnlyTheTopPackage() {
    return noClasses()
        .that(resideInAPackage(below("spi")))
        .should()
        .dependOnClassesThat(areOursBut(root, below("spi")))
        .because("a transport's author must see no machinery through the SPI")
        .allowEmptyShould(true);
  }

  /**
   * The two transports and the kit each see of api what a third party's transport sees.
   *
   * @param module raw, zmq or tck
   */
  ArchRule knowsOnlyTheTopPackageAndTheSpi(String module) {
    return noClasses()
        .that(resideInAPackage(below(module)))
        .should()
        .dependOnClassesThat(areOursBut(root, below("spi"), below(module)))
        .because("a third party's transport must be able to do what ours do")
        .allowEmptyShould(true);
  }

  /** Those that measure plain JeroMQ beside the transport know it as well, and nobody else. */
  ArchRule onlyZmqKnowsJeromq() {
    String[] allowed = {below("zmq"), below("benchmarks"), below("samples.compare.child")};
    return noClasses()
        .that(resideInAPackage(root + ".."))
        .and(DescribedPredicate.not(resideInAnyPackage(allowed)))
        .should()
        .dependOnClassesThat(resideInAnyPackage("org.zeromq..", "zmq.."))
        .because("nobody else pays for JeroMQ")
        .allowEmptyShould(true);
  }

  ArchRule onlyProtobufCodecKnowsProtobuf() {
    return noClasses()
        .that(areInApi())
        .and()
        .haveNameNotMatching(".*\\.ProtobufCodec(\\$.*)?")
        .should()
        .dependOnClassesThat(resideInAPackage("com.google.protobuf.."))
        .because("protobuf-java is optional: api must load without it")
        .allowEmptyShould(true);
  }

  ArchRule librariesUseNoMonitors() {
    return classes()
        .that(areInApi().or(resideInAnyPackage(below("raw"), below("zmq"), below("tck"))))
        .should(new NoMonitors())
        .because("a monitor pins a virtual thread to its carrier; locks are ReentrantLock")
        .allowEmptyShould(true);
  }

  private DescribedPredicate<JavaClass> areInApi() {
    return DescribedPredicate.and(
            resideInAPackage(root + ".."),
            DescribedPredicate.not(resideInAnyPackage(otherModules())))
        .as("are in api");
  }

  private DescribedPredicate<JavaClass> areOursBut(String... packages) {
    return DescribedPredicate.and(
            resideInAPackage(root + ".."), DescribedPredicate.not(resideInAnyPackage(packages)))
        .as("are ours, but not in %s", String.join(", ", packages));
  }

  private String[] otherModules() {
    return new String[] {
      below("raw"), below("zmq"), below("tck"), below("samples"), below("benchmarks")
    };
  }

  private String below(String name) {
    return root + "." + name + "..";
  }
}
