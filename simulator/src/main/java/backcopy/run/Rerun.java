package backcopy.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs a stored spec again, beside the store, and compares what came of it. */
public final class Rerun {
    private static final String PLACE = ".rerun-";

    private Rerun() {}

    /**
     * What the second run showed.
     *
     * @param same whether every record, its arrays and the last checkpoint agree bit for bit
     * @param words the finding for people
     */
    public record Comparison(boolean same, boolean interrupted, String words) {}

    /**
     * Runs {@code original} again to the step it has reached.
     *
     * @throws IllegalArgumentException when the run has no checkpoint yet, a file that it names is gone or another one now, or the
     *     run that it goes on from is gone
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
        NamedFiles.requireSame(original);
        RunStore store = new RunStore(original.path().getParent());
        store.requireWritable();
        removeLeftovers(store.root());
        Path place = Files.createTempDirectory(store.root(), PLACE);
        try (RunLock inUse = lock(place).orElseThrow()) {
            if (!spec.train().from().isEmpty()) copyParent(state.contents().get("train.from"), store, place);
            RunDirectory again = new Runner(new RunStore(place), machine, stop).run(spec, init, progress);
            if (again.state().status() != RunState.Status.FINISHED) return new Comparison(false, true, "interrupted");
            return compare(original, again, step);
        } finally {
            delete(place);
        }
    }

    /**
     * Puts the run that {@code train.from} names beside the second run, as far as that needs it.
     *
     * @param from the parent's identity, {@code @} and the step
     * @throws IllegalArgumentException when the parent or its checkpoint is gone
     */
    private static void copyParent(String from, RunStore store, Path place) throws IOException {
        RunDirectory parent = store.find(from.substring(0, from.indexOf('@')));
        long step = Long.parseLong(from.substring(from.indexOf('@') + 1));
        Path checkpoint = parent.checkpoints().path(step);
        if (!Files.exists(checkpoint))
            throw new IllegalArgumentException(
                    "run " + parent.path() + " has no checkpoint of step " + step + " any more");
        for (Path file : List.of(parent.configPath(), parent.statePath(), checkpoint)) {
            Path copy = place.resolve(store.root().relativize(file));
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy);
        }
    }

    private static Comparison compare(RunDirectory original, RunDirectory again, long step) throws IOException {
        Map<Long, Map<String, Double>> before =
                original.measurements().stream().collect(Collectors.toMap(Measurement::step, Measurement::numbers));
        List<Measurement> now = again.measurements();
        Set<String> later = new TreeSet<>();
        for (Measurement measurement : now) later.addAll(measurement.numbers().keySet());
        before.values().forEach(numbers -> later.removeAll(numbers.keySet()));
        for (Measurement measurement : now) {
            Map<String, Double> then = before.get(measurement.step());
            // The last step is always recorded: where the original went on, it may have no record of that one.
            if (then == null && measurement.step() == step) continue;
            Optional<String> difference =
                    then == null ? Optional.of("missing before") : difference(then, measurement.numbers(), later);
            if (difference.isPresent())
                return different(original, again, "record of step " + measurement.step() + ", " + difference.get());
        }
        for (long recorded : again.observableSteps())
            if (original.observableSteps().contains(recorded)
                    && Files.mismatch(original.observables(recorded), again.observables(recorded)) >= 0)
                return different(original, again, original.observables(recorded) + " differs");
        Optional<String> difference = checkpointDifference(original, again, step);
        if (difference.isPresent()) return different(original, again, difference.get());
        return new Comparison(
                true,
                false,
                "the same bits: " + now.size() + " records and the checkpoint of step " + step
                        + (later.isEmpty() ? "" : "; not recorded then: " + String.join(", ", later)));
    }

    /**
     * The first number that is not the same.
     *
     * @param later names that the program did not record then
     */
    private static Optional<String> difference(Map<String, Double> then, Map<String, Double> now, Set<String> later) {
        Set<String> names = new LinkedHashSet<>(now.keySet());
        names.addAll(then.keySet());
        names.removeAll(later);
        return names.stream()
                .filter(name -> !Objects.equals(then.get(name), now.get(name)))
                .findFirst()
                .map(name -> name + ": " + then.get(name) + " before, " + now.get(name) + " now");
    }

    /** A run of other numerics has another identity, which its checkpoints bear. */
    private static Optional<String> checkpointDifference(RunDirectory original, RunDirectory again, long step)
            throws IOException {
        Path one = original.checkpoints().path(step),
                other = again.checkpoints().path(step);
        if (Files.mismatch(one, other) < 0) return Optional.empty();
        Map<String, Tensor> then = original.checkpoints().read(step).tensors();
        Map<String, Tensor> now = again.checkpoints().read(step).tensors();
        Optional<String> tensor = now.keySet().stream()
                .filter(name -> !then.containsKey(name)
                        || !Arrays.equals(then.get(name).values(), now.get(name).values()))
                .findFirst();
        if (tensor.isEmpty() && !original.identity().equals(again.identity())) return tensor;
        return Optional.of("checkpoint of step " + step + ", first in " + tensor.orElse("its header"));
    }

    private static Comparison different(RunDirectory original, RunDirectory again, String where) {
        List<String> changes = new ArrayList<>(
                again.state().provenance().changesFrom(original.state().provenance()));
        if (again.state().numerics() != original.state().numerics())
            changes.add("numerics " + original.state().numerics() + " -> "
                    + again.state().numerics());
        return new Comparison(false, false, where + (changes.isEmpty() ? "" : " (" + String.join(", ", changes) + ")"));
    }

    /** What a rerun that was killed has left: nobody holds its lock. */
    private static void removeLeftovers(Path root) throws IOException {
        List<Path> places;
        try (Stream<Path> entries = Files.list(root)) {
            places = entries.filter(entry -> entry.getFileName().toString().startsWith(PLACE))
                    .toList();
        }
        for (Path place : places) {
            Optional<RunLock> free = lock(place);
            if (free.isEmpty()) continue;
            free.get().close();
            delete(place);
        }
    }

    private static Optional<RunLock> lock(Path place) throws IOException {
        return RunLock.tryLock(place, ConcurrentHashMap.newKeySet());
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
