package kefu;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;

/** The arrows between the packages, and what each may use, so that they do not rot. */
@AnalyzeClasses(packages = "kefu", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule arrowsPointDownOnly = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("kefu..")
            .layer("wiring")
            .definedBy("kefu")
            .layer("api")
            .definedBy("kefu.api")
            .layer("web")
            .definedBy("kefu.web")
            .layer("gateway")
            .definedBy("kefu.gateway")
            .layer("http")
            .definedBy("kefu.gateway.http")
            .layer("lifecycle")
            .definedBy("kefu.lifecycle")
            .layer("handover")
            .definedBy("kefu.handover")
            .layer("desk")
            .definedBy("kefu.desk")
            .layer("session")
            .definedBy("kefu.session")
            .layer("connection")
            .definedBy("kefu.connection")
            .layer("container")
            .definedBy("kefu.container")
            .layer("events")
            .definedBy("kefu.events")
            .layer("backend")
            .definedBy("kefu.backend")
            .layer("broker")
            .definedBy("kefu.broker")
            .layer("redis")
            .definedBy("kefu.broker.redis")
            .layer("protocol")
            .definedBy("kefu.protocol")
            .layer("auth")
            .definedBy("kefu.auth")
            .layer("limit")
            .definedBy("kefu.limit")
            .layer("metrics")
            .definedBy("kefu.metrics")
            .layer("config")
            .definedBy("kefu.config")
            .whereLayer("wiring")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("api")
            .mayOnlyBeAccessedByLayers("wiring", "web")
            .whereLayer("web")
            .mayOnlyBeAccessedByLayers("wiring")
            .whereLayer("http")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("gateway")
            .mayOnlyBeAccessedByLayers("wiring", "api", "web", "handover", "http")
            .whereLayer("lifecycle")
            .mayOnlyBeAccessedByLayers("wiring", "api", "web", "handover", "gateway", "http")
            .whereLayer("handover")
            .mayOnlyBeAccessedByLayers("wiring")
            .whereLayer("desk")
            .mayOnlyBeAccessedByLayers("wiring")
            .whereLayer("session")
            .mayOnlyBeAccessedByLayers("wiring", "gateway")
            .whereLayer("connection")
            .mayOnlyBeAccessedByLayers("wiring", "handover", "gateway", "http", "session")
            .whereLayer("container")
            .mayOnlyBeAccessedByLayers("wiring", "gateway", "http", "connection")
            .whereLayer("events")
            .mayOnlyBeAccessedByLayers("wiring", "handover")
            .whereLayer("backend")
            .mayOnlyBeAccessedByLayers("wiring", "gateway", "desk", "events")
            .whereLayer("broker")
            .mayOnlyBeAccessedByLayers(
                    "wiring", "api", "web", "handover", "gateway", "session", "backend", "events", "desk", "redis")
            .whereLayer("redis")
            .mayOnlyBeAccessedByLayers("wiring")
            .whereLayer("protocol")
            .mayOnlyBeAccessedByLayers(
                    "wiring",
                    "api",
                    "web",
                    "handover",
                    "gateway",
                    "http",
                    "session",
                    "connection",
                    "events",
                    "backend",
                    "desk",
                    "broker",
                    "redis",
                    "auth")
            .whereLayer("auth")
            .mayOnlyBeAccessedByLayers("wiring", "gateway", "backend")
            .whereLayer("limit")
            .mayOnlyBeAccessedByLayers("api", "gateway", "connection")
            .whereLayer("metrics")
            .mayOnlyBeAccessedByLayers(
                    "wiring",
                    "api",
                    "web",
                    "handover",
                    "gateway",
                    "http",
                    "lifecycle",
                    "session",
                    "connection",
                    "backend",
                    "events",
                    "broker",
                    "redis",
                    "auth")
            .whereLayer("config")
            .mayOnlyBeAccessedByLayers(
                    "wiring",
                    "api",
                    "web",
                    "handover",
                    "gateway",
                    "http",
                    "session",
                    "connection",
                    "backend",
                    "events",
                    "broker",
                    "redis",
                    "auth");

    @ArchTest
    static final ArchRule noCycles =
            SlicesRuleDefinition.slices().matching("kefu.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyTheEndpointTheConnectionAndTheCodersKnowTheSocket = noClasses()
            .that()
            .resideOutsideOfPackages("kefu.gateway..", "kefu.connection", "kefu.container")
            .and()
            .doNotHaveSimpleName("FrameDecoder")
            .and()
            .doNotHaveSimpleName("FrameEncoder")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jakarta.websocket..");

    @ArchTest
    static final ArchRule onlyBackendAndEventsSpeakHttpAsAClient = noClasses()
            .that()
            .resideOutsideOfPackages("kefu.backend", "kefu.events")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.net.http..");

    @ArchTest
    static final ArchRule everyMeterIsInOnePlace = noClasses()
            .that()
            .resideOutsideOfPackage("kefu.metrics")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.micrometer..");

    @ArchTest
    static final ArchRule onlyAuthKnowsTokens = noClasses()
            .that()
            .resideOutsideOfPackage("kefu.auth")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.nimbusds..");

    @ArchTest
    static final ArchRule onlyOneBrokerKnowsRedis = noClasses()
            .that()
            .resideOutsideOfPackage("kefu.broker.redis")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.lettuce..", "io.netty..", "reactor..");

    @ArchTest
    static final ArchRule onlyTheDeskMayHaveAStore = noClasses()
            .that()
            .resideOutsideOfPackage("kefu.desk")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.sql..");

    @ArchTest
    static final ArchRule onlyTheWiringChoosesImplementations = noClasses()
            .that()
            .resideInAnyPackage(
                    "kefu.api", "kefu.web", "kefu.gateway..", "kefu.desk", "kefu.session", "kefu.connection")
            .should()
            .dependOnClassesThat()
            .haveNameMatching("kefu\\.(broker\\.Local.*|backend\\.HttpBackend|events\\.PresenceEvents)");

    @ArchTest
    static final ArchRule namesSayWhatAClassIs = noClasses()
            .should()
            .haveNameMatching(".*(Util|Utils|Helper|Manager|Impl|Common|Misc)")
            .orShould()
            .resideInAnyPackage("..util..", "..common..", "..helper..", "..impl..");
}
