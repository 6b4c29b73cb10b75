package backcopy.experiment;

import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import java.io.IOException;
import java.util.List;

/** A claim about training, the runs that test it, and what they say. Stateless; {@link Experiments} lists them. */
public interface Experiment {
    /** What a user types, lower case with hyphens. */
    String name();

    /** One line: what is shown. */
    String about();

    /** How long its runs take at laptop scale on two cores, as measured: {@code 4 min}. */
    String laptopTime();

    /** The names of the figures it draws: those of {@link Findings#drawings()}. */
    List<String> figures();

    /** The runs, one spec each; they differ in their seeds at least. */
    List<RunSpec> runs(Scale scale);

    /**
     * Runs to be done besides, by what the first came to; none in most experiments. They follow from the first alone, so that they
     * are found again.
     *
     * @param runs finished, in the order of {@link #runs}
     */
    default List<RunSpec> more(Scale scale, List<RunDirectory> runs) {
        return List.of();
    }

    /** Whether a loss that is not finite is a finding: such a run is then among the others as it stopped, not a failure of all. */
    default boolean mayDiverge() {
        return false;
    }

    /**
     * From finished runs to verdicts and tables.
     *
     * @param runs in the order of {@link #runs}, then of {@link #more}; of a {@link FirstLook} the first alone
     */
    Findings analyze(Scale scale, List<RunDirectory> runs) throws IOException;
}
