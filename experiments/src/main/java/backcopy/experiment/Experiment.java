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
     * From finished runs to verdicts and tables.
     *
     * @param runs in the order of {@link #runs}
     */
    Findings analyze(Scale scale, List<RunDirectory> runs) throws IOException;
}
