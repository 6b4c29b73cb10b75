package backcopy;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which package of the simulator may use which. */
class SimulatorArrowsTest {
    /** A package, and what it may use besides itself. */
    private static final Map<String, Set<String>> ARROWS = Map.ofEntries(
            Map.entry("task", Set.of()),
            Map.entry("file", Set.of()),
            Map.entry("backend", Set.of()),
            Map.entry("attention", Set.of("backend")),
            Map.entry("optim", Set.of("backend")),
            Map.entry("model", Set.of("attention", "backend", "task")),
            Map.entry("probe", Set.of("model", "task")),
            Map.entry("pretrained", Set.of("file", "backend", "probe")),
            Map.entry("train", Set.of("task", "backend", "model", "optim", "probe")),
            Map.entry("run", Set.of("task", "file", "backend", "attention", "model", "optim", "probe", "train")));

    private static final JavaClasses SIMULATOR = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("backcopy");

    static Stream<String> packages() {
        return ARROWS.keySet().stream().sorted();
    }

    private static String[] patterns(Set<String> packages) {
        return packages.stream().map(name -> "backcopy." + name + "..").toArray(String[]::new);
    }

    /** A package without classes passes: it has no arrows, and {@link #everyClassIsInAPackageWithArrows} knows its name. */
    @ParameterizedTest
    @MethodSource("packages")
    void aPackageUsesOnlyWhatItsArrowsPointTo(String name) {
        Set<String> allowed = new TreeSet<>(ARROWS.get(name));
        allowed.add(name);
        noClasses()
                .that()
                .resideInAPackage("backcopy." + name + "..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("backcopy..").and(not(resideInAnyPackage(patterns(allowed)))))
                .because("backcopy." + name + " may use only " + allowed)
                .allowEmptyShould(true)
                .check(SIMULATOR);
    }

    @Test
    void everyClassIsInAPackageWithArrows() {
        classes().should().resideInAnyPackage(patterns(ARROWS.keySet())).check(SIMULATOR);
    }

    @Test
    void onlyARunChoosesABackend() {
        noClasses()
                .that()
                .resideOutsideOfPackages("backcopy.backend..", "backcopy.run..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("backcopy.backend.*.."))
                .because("model, optimizer and loop hold opaque buffers of whatever backend they were given")
                .check(SIMULATOR);
    }
}
