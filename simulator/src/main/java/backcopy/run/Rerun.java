package backcopy.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Runs a stored spec again, beside the store, and compares what came of it. */
public final class Rerun {
    private Rerun() {}

    /**
     * What the second run showed.
     *
     * @param same whether every record and the last checkpoint agree bit for bit
     * @param words the finding for people
     */
    public record Comparison(boolean same, boolean interrupted, String words) {}

    /**
     * Runs {@code original} again to the step it has reached.
     *
     * @throws IllegalArgumentException when the run has no checkpoint yet, or its initial weights' file is gone or changed
     */
    public static Comparison of(RunDirectory original, Provenance machine, BooleanSupplier stop, Progress progress)
            throws IOException {
        RunState state = original.state();
        long step =
                original.checkpoints().latest(note -> {}).map(Checkpoint::step).orElse(-1L);
        if (step < 0)
            throw new IllegalArgumentException("run " + original.path() + " has no checkpoint to compare with");
        RunSpec spec = Keys.parse(original.spec(), Map.of("train.steps", Long.toString(step)));
        Path init = state.init().isEmpty() ? null : Path.of(state.init());
        if (init != null && !RunIdentity.contentOf(init).equals(state.contents().get("init")))
            throw new IllegalArgumentException("--init " + init + " has changed since run " + original.identity());
        if (!spec.train().from().isEmpty())
            throw new IllegalArgumentException("run " + original.identity()
                    + " goes on from another run (train.from); rerun that one, then train again");
        Path place = Files.createTempDirectory(original.path().getParent(), ".rerun-");
        try {
            RunDirectory again = new Runner(new RunStore(place), machine, stop).run(spec, init, progress);
            if (again.state().status() != RunState.Status.FINISHED) return new Comparison(false, true, "interrupted");
            return compare(original, again, step);
        } finally {
            delete(place);
        }
    }

    private static Comparison compare(RunDirectory original, RunDirectory again, long step) throws IOException {
        List<Measurement> before = original.measurements(), now = again.measurements();
        for (Measurement measurement : now) {
            var twin =
                    before.stream().filter(m -> m.step() == measurement.step()).findFirst();
            if (twin.isEmpty()) continue;
            for (var number : measurement.numbers().entrySet()) {
                Double then = twin.get().numbers().get(number.getKey());
                if (!number.getValue().equals(then))
                    return different(
                            original,
                            again,
                            "record of step " + measurement.step() + ", " + number.getKey() + ": " + then + " before, "
                                    + number.getValue() + " now");
            }
        }
        byte[] weights = Files.readAllBytes(original.checkpoints().path(step));
        if (!Arrays.equals(weights, Files.readAllBytes(again.checkpoints().path(step))))
            return different(original, again, "the checkpoints of step " + step + " differ");
        return new Comparison(
                true, false, "the same bits: " + now.size() + " records and the checkpoint of step " + step);
    }

    private static Comparison different(RunDirectory original, RunDirectory again, String where) {
        List<String> changes =
                again.state().provenance().changesFrom(original.state().provenance());
        return new Comparison(false, false, where + (changes.isEmpty() ? "" : " (" + String.join(", ", changes) + ")"));
    }

    private static void delete(Path place) throws IOException {
        try (Stream<Path> files = Files.walk(place)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
