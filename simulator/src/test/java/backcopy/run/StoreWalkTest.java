package backcopy.run;

import static backcopy.run.TinyRuns.HERE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.run.TinyRuns.Death;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is done to a store, in whatever order and however it ends (begin, kill, stop, a failed write, lengthen, shorten, go on
 * from another run, sweep, rerun, copy): what was finished once reads the same ever after, byte for byte, and equals an unbroken
 * run; and no checkpoint that somebody asked for is lost. {@code -Dbackcopy.walks=1000} walks longer than a build.
 */
class StoreWalkTest {
    private static final int WALKS = Integer.getInteger("backcopy.walks", 50);
    private static final int FIRST = Integer.getInteger("backcopy.firstWalk", 0);
    private static final int DEEDS = 8;
    private static final int STEPS = 7;
    private static final String OBSTACLE = "in the way";
    /** Whoever goes on from another run does so from one of these steps. */
    private static final List<Long> FORKS = List.of(2L, 4L);

    @TempDir
    private Path directory;

    /** By spec: what an unbroken run of so many steps holds. */
    private final Map<RunSpec, Map<String, String>> unbroken = new HashMap<>();

    @Test
    void nothingThatWasAskedForIsLostOrChanges() throws IOException {
        for (int seed = FIRST; seed < FIRST + WALKS; seed++) new Walk(seed).go();
    }

    /** One store and what was done to it. */
    private final class Walk {
        private final RandomGenerator random;
        private final List<String> history = new ArrayList<>();
        /** By identity and step: the run as it was when it was first finished there. */
        private Map<String, Map<Long, Map<String, String>>> finished = new TreeMap<>();
        /** By identity: the steps whose checkpoint was asked for. */
        private Map<String, Set<Long>> checkpoints = new TreeMap<>();
        /** By identity, without steps. */
        private final Map<String, RunSpec> specs = new LinkedHashMap<>();

        private Path root;
        private int copies;
        /** Makes the store and what is known of it those of the last copy; null where none was made. */
        private Runnable intoCopy;

        Walk(int seed) {
            random = new Random(seed);
            history.add("walk " + seed);
            root = directory.resolve("walk-" + seed);
        }

        void go() throws IOException {
            for (int deed = 0; deed < DEEDS; deed++) {
                intoCopy = null;
                try {
                    deed();
                } catch (Exception | AssertionError e) {
                    throw new AssertionError(words(), e);
                }
                unblock(root);
                if (intoCopy != null) intoCopy.run();
                check(root);
            }
            if (!finished.isEmpty()) {
                String identity = List.copyOf(finished.keySet()).get(random.nextInt(finished.size()));
                history.add("to the end: " + identity);
                RunSpec whole = with(specs.get(identity), "train.steps=" + (STEPS + 1));
                run(whole, new Told(-1, false), 30, () -> false);
                assertEquals(unbroken(whole), numbers(store(root).find(identity)), words());
            }
            check(root);
            delete(directory, "walk-");
        }

        private String words() {
            return String.join("\n  ", history);
        }

        private void deed() throws IOException {
            switch (random.nextInt(8)) {
                case 0 -> sweep();
                case 1 -> rerun();
                case 2 -> copy();
                default -> train(spec());
            }
        }

        /** Of a base, or of a run that goes on from one. */
        private RunSpec spec() {
            String base = random.nextBoolean() ? "optimizer.name=adamw" : "optimizer.name=sgd";
            List<String> keys = new ArrayList<>(List.of(
                    "model.width=4",
                    "model.mlpWidth=4",
                    "task.sequenceLength=4",
                    "train.batchSize=2",
                    "evaluation.sequences=2",
                    "record.every=4",
                    base));
            RunSpec parent = TinyRuns.spec(keys.toArray(String[]::new));
            String identity = RunIdentity.of(parent);
            List<Long> there = saved(identity);
            List<Long> forks = FORKS.stream().filter(there::contains).toList();
            long first = 0;
            if (!forks.isEmpty() && random.nextInt(3) == 0) {
                first = forks.get(random.nextInt(forks.size()));
                parent = with(parent, "train.from=" + identity + "@" + first, "train.seed=7");
            }
            return with(
                    parent,
                    "train.steps=" + random.nextLong(first, STEPS + 1),
                    "checkpoint.every=" + List.of("", "2", "3").get(random.nextInt(3)),
                    "train.threads=" + random.nextInt(1, 3));
        }

        /** The steps of which a run has a checkpoint, asked for or not. */
        private List<Long> saved(String identity) {
            return store(root)
                    .lookup(identity)
                    .map(run -> run.checkpoints().steps())
                    .orElse(List.of());
        }

        /** To its end, or to where it is killed, stopped or cannot write any more. */
        private void train(RunSpec spec) throws IOException {
            String identity = RunIdentity.of(spec);
            long steps = spec.train().steps();
            specs.putIfAbsent(identity, spec);
            boolean goesOn =
                    store(root).lookup(identity).map(RunDirectory::reached).orElse(0L) <= steps;
            List<Long> savedBefore = saved(identity);
            int end = random.nextInt(4), at = random.nextInt(1, STEPS);
            double saved = random.nextInt(3) == 0 ? 0 : 30;
            String what = identity + " " + spec.optimizer().name() + " from="
                    + spec.train().from() + " steps=" + steps + " every="
                    + spec.checkpoint().every();
            Told told = new Told(end == 1 ? at : -1, random.nextInt(6) == 0);
            if (end == 3) what += " cannot write " + block(identity);
            if (saved == 0) what += " saved all the time";
            history.add(what + (end == 1 ? " killed after " + at : end == 2 ? " stopped after " + at : ""));
            RunDirectory run = null;
            try {
                run = run(spec, told, saved, () -> end == 2 && told.done >= at);
            } catch (Death killed) {
                history.add("  killed");
            } catch (IOException failed) {
                if (end != 3) throw failed;
                history.add("  " + failed.getMessage());
            }
            boolean isFinished = run != null && run.state().status() == RunState.Status.FINISHED;
            assertTrue(isFinished || end != 0, words());
            if (isFinished) {
                assertEquals(steps, run.state().steps(), words());
                assertEquals(unbroken(spec), numbers(run), words());
                finished.computeIfAbsent(identity, i -> new TreeMap<>()).putIfAbsent(steps, content(run));
                asked(identity, steps);
                String from = spec.train().from();
                if (!from.isEmpty())
                    asked(from.substring(0, from.indexOf('@')), spec.train().firstStep());
            }
            long every = spec.checkpoint().every();
            for (long step : savedBefore)
                if (goesOn && every > 0 && step % every == 0 && step <= told.from) asked(identity, step);
            for (long step = told.from + 1; goesOn && every > 0 && step < told.last; step++)
                if (step % every == 0) asked(identity, step);
        }

        private void asked(String identity, long step) {
            checkpoints.computeIfAbsent(identity, i -> new TreeSet<>()).add(step);
        }

        private RunDirectory run(RunSpec spec, Told told, double seconds, BooleanSupplier stop) throws IOException {
            return new Runner(store(root), HERE, stop, seconds).run(spec, null, told);
        }

        /** The same of both bases. */
        private void sweep() throws IOException {
            RunSpec spec = spec();
            if (!spec.train().from().isEmpty()) return;
            history.add("sweep");
            for (String base : List.of("adamw", "sgd")) train(with(spec, "optimizer.name=" + base));
        }

        private void rerun() throws IOException {
            List<RunDirectory> runs = store(root).all().stream()
                    .filter(run -> !run.checkpoints().steps().isEmpty())
                    .toList();
            if (runs.isEmpty()) return;
            RunDirectory run = runs.get(random.nextInt(runs.size()));
            history.add("rerun " + run.identity());
            Rerun.Comparison found = Rerun.of(run, HERE, () -> false, new Told(-1, false));
            assertTrue(found.same(), found.words());
        }

        private void copy() throws IOException {
            if (!Files.exists(root)) return;
            history.add("copy");
            Path copy = directory.resolve(root.getFileName() + "-" + copies++);
            TinyRuns.copy(root, copy);
            unblock(copy);
            check(copy);
            Map<String, Map<Long, Map<String, String>>> finishedThen = new TreeMap<>();
            finished.forEach((identity, steps) -> finishedThen.put(identity, new TreeMap<>(steps)));
            Map<String, Set<Long>> checkpointsThen = new TreeMap<>();
            checkpoints.forEach((identity, steps) -> checkpointsThen.put(identity, new TreeSet<>(steps)));
            intoCopy = () -> {
                root = copy;
                finished = finishedThen;
                checkpoints = checkpointsThen;
            };
        }

        /** Makes one file of a run impossible to write, if the run is there. */
        private String block(String identity) throws IOException {
            Path run = root.resolve(identity);
            if (!Files.exists(run.resolve("checkpoints"))) return "nothing";
            Files.createDirectories(run.resolve("finished"));
            String step = String.format("step-%06d", random.nextInt(STEPS + 1));
            List<String> files = List.of(
                    "run.json",
                    "config.yaml",
                    "checkpoints/" + step + ".safetensors",
                    "observables/" + step + ".npz",
                    "finished/" + step + ".npz",
                    "finished/" + step + ".yaml",
                    "finished/" + step + ".json");
            String name = files.get(random.nextInt(files.size()));
            Path blocked = WholeFile.temporary(run.resolve(name));
            Files.createDirectories(blocked.resolve(OBSTACLE));
            return name;
        }

        private static void unblock(Path place) throws IOException {
            if (!Files.exists(place)) return;
            List<Path> obstacles;
            try (Stream<Path> files = Files.walk(place)) {
                obstacles = files.filter(file -> file.endsWith(OBSTACLE)).toList();
            }
            for (Path obstacle : obstacles) {
                Files.delete(obstacle);
                Files.delete(obstacle.getParent());
            }
        }

        /** Whether a store still has everything that was finished or asked for. */
        private void check(Path place) throws IOException {
            for (String identity : finished.keySet()) {
                RunDirectory run = store(place).find(identity);
                for (Map.Entry<Long, Map<String, String>> then :
                        finished.get(identity).entrySet()) {
                    assertTrue(
                            run.isFinishedAt(then.getKey()),
                            () -> words() + "\nlost " + identity + "@" + then.getKey());
                    assertEquals(then.getValue(), content(run.at(then.getKey())), () -> words() + "\n" + identity);
                }
            }
            for (RunDirectory run : store(place).all()) {
                RunState state = run.state();
                if (state.status() != RunState.Status.FINISHED) continue;
                RunSpec spec = with(specs.get(run.identity()), "train.steps=" + state.steps());
                assertEquals(
                        unbroken(spec), numbers(run), () -> words() + "\n" + run.identity() + " says it is finished");
            }
            for (String identity : checkpoints.keySet()) {
                Checkpoints now = store(place).find(identity).checkpoints();
                assertTrue(
                        now.kept().containsAll(checkpoints.get(identity)),
                        () -> words() + "\n" + identity + " had checkpoints " + checkpoints.get(identity) + ", has "
                                + now.kept());
                for (long step : checkpoints.get(identity)) {
                    RunSpec spec = with(specs.get(identity), "train.steps=" + step);
                    assertEquals(unbroken(spec).get("checkpoint"), hash(now.path(step)), words());
                }
            }
        }

        /** What a run is told on the way; looks at a copy of the store as it is in the middle. */
        private final class Told implements Progress {
            private final long death;
            private final boolean looks;
            private long from = -1;
            private long last = -1;
            private int done;

            Told(long death, boolean looks) {
                this.death = death;
                this.looks = looks;
            }

            @Override
            public boolean wantsEstimate() {
                return false;
            }

            @Override
            public void begins(RunDirectory run, long first, long steps) {
                from = first;
                last = first;
                if (looks) look();
            }

            @Override
            public void at(long step, long steps, double seconds, double tokensPerSecond, double secondsLeft) {
                done++;
                last = step;
                if (looks && random.nextInt(4) == 0) look();
                if (done == death) throw new Death();
            }

            private void look() {
                try {
                    copy();
                } catch (IOException e) {
                    throw new AssertionError(words(), e);
                }
            }
        }
    }

    /** By name, what a run holds as of its last step, as far as its spec decides it. */
    private Map<String, String> unbroken(RunSpec spec) throws IOException {
        RunSpec plain = with(spec, "checkpoint.every=", "train.threads=1");
        Map<String, String> known = unbroken.get(plain);
        if (known != null) return known;
        RunStore store = store(directory.resolve("unbroken"));
        Progress silent = new Progress() {
            @Override
            public boolean wantsEstimate() {
                return false;
            }
        };
        String from = plain.train().from();
        if (!from.isEmpty()) {
            RunSpec parent = with(
                    plain,
                    "train.from=",
                    "train.seed=" + TinyRuns.spec().train().seed());
            new Runner(store, HERE, () -> false)
                    .run(with(parent, "train.steps=" + plain.train().firstStep()), null, silent);
        }
        Map<String, String> numbers = numbers(new Runner(store, HERE, () -> false).run(plain, null, silent));
        delete(directory, "unbroken");
        unbroken.put(plain, numbers);
        return numbers;
    }

    private static Map<String, String> numbers(RunDirectory run) throws IOException {
        Map<String, String> numbers = new LinkedHashMap<>();
        numbers.put("records", run.measurements().toString());
        numbers.put("final", run.state().finalValues().toString());
        for (long step : run.observableSteps()) numbers.put("arrays of " + step, hash(run.observables(step)));
        numbers.put("checkpoint", hash(run.checkpoints().path(run.state().steps())));
        return numbers;
    }

    /** And what does not follow from the spec, but is not to change either. */
    private static Map<String, String> content(RunDirectory run) throws IOException {
        Map<String, String> content = numbers(run);
        content.put("spec", run.spec().toString());
        content.put("state", run.state().toString());
        return content;
    }

    private static String hash(Path file) throws IOException {
        return Integer.toHexString(Arrays.hashCode(Files.readAllBytes(file)));
    }

    private static RunStore store(Path root) {
        return new RunStore(root);
    }

    private static RunSpec with(RunSpec spec, String... keys) {
        return Keys.parse(spec, Keys.overrides(List.of(keys)));
    }

    private static void delete(Path directory, String beginning) throws IOException {
        List<Path> all = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory)) {
            files.filter(file -> !file.equals(directory)
                            && directory.relativize(file).toString().startsWith(beginning))
                    .sorted(Comparator.reverseOrder())
                    .forEach(all::add);
        }
        for (Path file : all) Files.delete(file);
    }
}
