package backcopy.command;

import backcopy.experiment.MostAttention;
import backcopy.run.Keys;
import backcopy.run.RunDirectory;
import backcopy.run.RunState;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What a run came to, for people. */
final class Summary {
    private Summary() {}

    /** A few lines: state, place, speed, final values. */
    static String of(RunDirectory run) {
        RunState state = run.state();
        StringBuilder text = new StringBuilder(line(run)).append('\n');
        if (!state.failure().isEmpty())
            text.append("  failed: ").append(state.failure()).append('\n');
        if (!state.otherNumerics().isEmpty())
            text.append("  note: ").append(state.otherNumerics()).append('\n');
        for (String note : state.notes()) text.append("  note: ").append(note).append('\n');
        MostAttention.elsewhere(state.finalValues())
                .ifPresent(most -> text.append("  note: most attention is ")
                        .append(most.words())
                        .append(", where sink, drain and peak are measured\n"));
        text.append("  in ").append(run.path()).append('\n');
        for (Map.Entry<String, Double> value : state.finalValues().entrySet())
            text.append(String.format(Locale.ROOT, "  %-40s %.6g\n", value.getKey(), value.getValue()));
        return text.toString().stripTrailing();
    }

    /** State and speed. */
    static String line(RunDirectory run) {
        RunState state = run.state();
        return String.format(
                Locale.ROOT,
                "run %s: %s at step %d, %s, %,.0f tokens/s%s",
                run.identity(),
                run.status(),
                state.steps(),
                ProgressLine.duration(state.seconds()),
                state.tokensPerSecond(),
                state.otherNumerics().isEmpty() ? "" : ", " + state.otherNumerics());
    }

    /** For a program: state, place, speed, spec, final values, and the steps that have files. */
    static Map<String, Object> words(RunDirectory run) {
        RunState state = run.state();
        Map<String, Object> words = new LinkedHashMap<>();
        words.put("run", run.identity());
        words.put("status", run.status());
        if (!state.failure().isEmpty()) words.put("failure", state.failure());
        words.put("path", run.path().toString());
        words.put("steps", state.steps());
        words.put("seconds", state.seconds());
        words.put("tokensPerSecond", state.tokensPerSecond());
        words.put("numerics", state.numerics());
        words.put("notes", state.notes());
        words.put("spec", Keys.flatten(run.spec()));
        words.put("final", state.finalValues());
        words.put("observables", run.observableSteps());
        words.put("checkpoints", run.checkpoints().steps());
        return words;
    }
}
