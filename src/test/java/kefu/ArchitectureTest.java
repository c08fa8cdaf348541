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
            .layer("gateway")
            .definedBy("kefu.gateway")
            .layer("desk")
            .definedBy("kefu.desk")
            .layer("session")
            .definedBy("kefu.session")
            .layer("backend")
            .definedBy("kefu.backend")
            .layer("broker")
            .definedBy("kefu.broker")
            .layer("protocol")
            .definedBy("kefu.protocol")
            .layer("metrics")
            .definedBy("kefu.metrics")
            .layer("auth")
            .definedBy("kefu.auth")
            .layer("limit")
            .definedBy("kefu.limit")
            .layer("config")
            .definedBy("kefu.config")
            .whereLayer("wiring")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("api")
            .mayOnlyBeAccessedByLayers("wiring")
            .whereLayer("gateway")
            .mayOnlyBeAccessedByLayers("wiring", "api")
            .whereLayer("desk")
            .mayOnlyBeAccessedByLayers("wiring")
            .whereLayer("session")
            .mayOnlyBeAccessedByLayers("wiring", "gateway")
            .whereLayer("backend")
            .mayOnlyBeAccessedByLayers("wiring", "gateway", "desk")
            .whereLayer("broker")
            .mayOnlyBeAccessedByLayers("wiring", "api", "gateway", "session", "backend", "desk")
            .whereLayer("protocol")
            .mayOnlyBeAccessedByLayers("wiring", "api", "gateway", "session", "backend", "desk", "broker", "auth")
            .whereLayer("auth")
            .mayOnlyBeAccessedByLayers("wiring", "gateway", "backend")
            .whereLayer("limit")
            .mayOnlyBeAccessedByLayers("api", "gateway", "session")
            .whereLayer("metrics")
            .mayOnlyBeAccessedByLayers("wiring", "api", "gateway", "session", "backend")
            .whereLayer("config")
            .mayOnlyBeAccessedByLayers("wiring", "api", "gateway", "session", "backend", "broker", "auth");

    @ArchTest
    static final ArchRule noCycles =
            SlicesRuleDefinition.slices().matching("kefu.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyTheDoorTheSessionAndTheCodersKnowTheSocket = noClasses()
            .that()
            .resideOutsideOfPackages("kefu.gateway", "kefu.session")
            .and()
            .doNotHaveSimpleName("FrameDecoder")
            .and()
            .doNotHaveSimpleName("FrameEncoder")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jakarta.websocket..");

    @ArchTest
    static final ArchRule onlyTheBackendSpeaksHttpAsAClient = noClasses()
            .that()
            .resideOutsideOfPackage("kefu.backend")
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
    static final ArchRule onlyTheDeskMayHaveAStore = noClasses()
            .that()
            .resideOutsideOfPackage("kefu.desk")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.sql..");

    @ArchTest
    static final ArchRule onlyTheWiringChoosesImplementations = noClasses()
            .that()
            .resideInAnyPackage("kefu.api", "kefu.gateway", "kefu.desk", "kefu.session")
            .should()
            .dependOnClassesThat()
            .haveNameMatching("kefu\\.(broker\\.Local.*|backend\\.(HttpBackend|PresenceEvents))");

    @ArchTest
    static final ArchRule namesSayWhatAClassIs = noClasses()
            .should()
            .haveNameMatching(".*(Util|Utils|Helper|Manager|Impl|Common|Misc)")
            .orShould()
            .resideInAnyPackage("..util..", "..common..", "..helper..", "..impl..");
}
