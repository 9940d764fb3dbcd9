package io.herald;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.herald.platform.journal.HeraldJournal;
import io.herald.tenant.Tiers;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** Who may know whom. */
@AnalyzeClasses(packages = "io.herald", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule dependenciesPointDown = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("io.herald..")
            .layer("application")
            .definedBy("io.herald")
            .layer("simulator")
            .definedBy("io.herald.simulator..")
            .layer("edges")
            .definedBy(
                    "io.herald.dispatch..",
                    "io.herald.webhook..",
                    "io.herald.ingest..",
                    "io.herald.feed..",
                    "io.herald.insight..")
            .layer("aggregates")
            .definedBy("io.herald.campaign..", "io.herald.message..")
            .layer("ground")
            .definedBy(
                    "io.herald.channel..",
                    "io.herald.contact..",
                    "io.herald.conversation..",
                    "io.herald.template..",
                    "io.herald.tenant..")
            .layer("platform")
            .definedBy("io.herald.platform..")
            .layer("kernel")
            .definedBy("io.herald.kernel..")
            .whereLayer("application")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("simulator")
            .mayOnlyBeAccessedByLayers("application")
            .whereLayer("simulator")
            .mayNotAccessAnyLayer()
            .whereLayer("edges")
            .mayOnlyBeAccessedByLayers("application")
            .whereLayer("aggregates")
            .mayOnlyBeAccessedByLayers("application", "edges")
            .whereLayer("ground")
            .mayOnlyBeAccessedByLayers("application", "edges", "aggregates")
            .whereLayer("platform")
            .mayOnlyBeAccessedByLayers("application", "edges", "aggregates", "ground")
            .whereLayer("kernel")
            .mayOnlyBeAccessedByLayers("application", "edges", "aggregates", "ground", "platform")
            .ensureAllClassesAreContainedInArchitecture();

    @ArchTest
    static final ArchRule featuresKnowEachOtherOneWayOnly =
            slices().matching("io.herald.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule theDomainKnowsTheKernelOnly = classes()
            .that()
            .resideInAPackage("io.herald..domain..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "io.herald..domain..",
                    "io.herald.kernel..",
                    "java.lang..",
                    "java.util..",
                    "java.time..",
                    "com.fasterxml.jackson.annotation..",
                    "org.jspecify.annotations..");

    @ArchTest
    static final ArchRule oneFeaturesDomainDoesNotKnowAnothers =
            slices().matching("io.herald.(*).domain..").should().notDependOnEachOther();

    @ArchTest
    static final ArchRule theKernelKnowsNobody = classes()
            .that()
            .resideInAPackage("io.herald.kernel..")
            .should()
            .onlyDependOnClassesThat(
                    resideInAPackage("io.herald.kernel..").or(not(resideInAnyPackage("io.herald..", "akka.."))));

    @ArchTest
    static final ArchRule timeAndChanceAreArgumentsOfTheDomain = noClasses()
            .that()
            .resideInAPackage("io.herald..domain..")
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(ZonedDateTime.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(UUID.class, "randomUUID")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(InstantSource.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Clock.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Random.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(ThreadLocalRandom.class);

    /** A misreading of a vendor's format must not cancel itself out. */
    @ArchTest
    static final ArchRule theSimulatorSharesNothingWithHerald = noClasses()
            .that()
            .resideInAPackage("io.herald.simulator..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.herald..").and(not(resideInAPackage("io.herald.simulator.."))));

    /** The judge of a measurement must cost little, and must not fail with what it judges. */
    @ArchTest
    static final ArchRule theSimulatorKnowsNothingOfAkka = noClasses()
            .that()
            .resideInAPackage("io.herald.simulator..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("akka..", "scala..", "com.typesafe..");

    @ArchTest
    static final ArchRule oneAdapterDoesNotKnowAnother =
            slices().matching("io.herald.channel.(*)..").should().notDependOnEachOther();

    /** Beside settings: what starts Herald, and the journal, which Akka makes from its part of the configuration. */
    @ArchTest
    static final ArchRule configurationIsReadInSettingsOnly = noClasses()
            .that(not(resideInAPackage("io.herald"))
                    .and(not(simpleNameEndingWith("Settings")))
                    .and(not(type(Tiers.class)))
                    .and(not(type(HeraldJournal.class))))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.typesafe.config..");
}
