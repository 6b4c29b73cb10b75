package backcopy;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** The arrows between the modules, and the rules that hold in all of them. */
class HouseRulesTest {
    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("backcopy");

    @Test
    void everyModuleIsChecked() {
        assertTrue(HOUSE.containPackage("backcopy.backend"), "simulator");
        assertTrue(HOUSE.containPackage("backcopy.theory"), "theory");
        assertTrue(HOUSE.containPackage("backcopy.command"), "experiments");
    }

    @Test
    void theoryUsesTheTaskAlone() {
        noClasses()
                .that()
                .resideInAPackage("backcopy.theory..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("backcopy..")
                        .and(not(resideInAnyPackage("backcopy.theory..", "backcopy.task.."))))
                .because("a prediction must not be read off the thing that it predicts")
                .check(HOUSE);
    }

    @Test
    void figuresKnowOnlyTheirTable() {
        noClasses()
                .that()
                .resideInAPackage("backcopy.figure..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("backcopy..").and(not(resideInAnyPackage("backcopy.figure.."))))
                .allowEmptyShould(true)
                .check(HOUSE);
    }

    @Test
    void nothingDependsOnTheCommandLine() {
        noClasses()
                .that()
                .resideOutsideOfPackage("backcopy.command..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("backcopy.command..")
                .check(HOUSE);
    }

    @Test
    void onlyReportsAndTheCommandLineDependOnExperiments() {
        noClasses()
                .that()
                .resideOutsideOfPackages("backcopy.experiment..", "backcopy.report..", "backcopy.command..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("backcopy.experiment..")
                .check(HOUSE);
    }

    @Test
    void onlyTheCommandLineDependsOnReports() {
        noClasses()
                .that()
                .resideOutsideOfPackages("backcopy.report..", "backcopy.command..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("backcopy.report..")
                .check(HOUSE);
    }

    @Test
    void namesSayWhatAThingIs() {
        noClasses()
                .should()
                .haveNameMatching(".*(Util|Utils|Helper|Helpers|Manager|Impl|Base)")
                .check(HOUSE);
        noClasses()
                .should()
                .resideInAnyPackage("..util..", "..common..", "..core..", "..helper..", "..manager..")
                .check(HOUSE);
    }

    @Test
    void onlyTheCommandLineReadsThePropertiesAndTheEnvironment() {
        noClasses()
                .that()
                .resideOutsideOfPackage("backcopy.command..")
                .should()
                .callMethodWhere(target(owner(belongToAnyOf(System.class)))
                        .and(target(nameMatching("(get|set|clear)(Property|Properties)|getenv"))))
                .orShould()
                .callMethod(Integer.class, "getInteger", String.class)
                .orShould()
                .callMethod(Long.class, "getLong", String.class)
                .orShould()
                .callMethod(Boolean.class, "getBoolean", String.class)
                .because("what decides a run is in its spec")
                .check(HOUSE);
    }

    @Test
    void randomnessIsPassedIn() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Random.class, ThreadLocalRandom.class)
                .orShould()
                .callMethod(Math.class, "random")
                .because("a run is a function of its seed on every JDK")
                .check(HOUSE);
    }

    @Test
    void onlyARunsStartIsReadFromTheClock() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("backcopy.run.Runner")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(Files.class, "getLastModifiedTime", Path.class, LinkOption[].class)
                .because("a clock that jumps must change nothing; durations are differences of nanoTime")
                .check(HOUSE);
    }

    @Test
    void staticFieldsAreFinal() {
        fields().that().areStatic().should().beFinal().check(HOUSE);
    }
}
