package backcopy.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Runs of a few milliseconds in stores below one directory, and what they left there. */
final class TinyRuns {
    static final Provenance HERE = new Provenance("abc", "17", "Linux", "two cores", "", 0);

    private final Path directory;

    TinyRuns(Path directory) {
        this.directory = directory;
    }

    /** Twelve steps, but for {@code keys}. */
    static RunSpec spec(String... keys) {
        RunSpec tiny = Keys.parse(
                Scale.SMOKE.spec(),
                Keys.overrides(List.of(
                        "model.width=8",
                        "model.mlpWidth=8",
                        "task.sequenceLength=8",
                        "train.batchSize=4",
                        "train.steps=12",
                        "train.threads=1",
                        "train.backend=reference")));
        return Keys.parse(tiny, Keys.overrides(List.of(keys)));
    }

    RunStore store(String name) {
        return new RunStore(directory.resolve(name));
    }

    /** The only run of a store. */
    RunDirectory only(String store) {
        List<RunDirectory> runs = store(store).all();
        assertEquals(1, runs.size());
        return runs.get(0);
    }

    RunDirectory run(String store, RunSpec spec) throws IOException {
        return run(store, spec, null);
    }

    RunDirectory run(String store, RunSpec spec, Path init) throws IOException {
        return runner(store, () -> false).run(spec, init, Progress.SILENT);
    }

    RunDirectory stopped(String store, RunSpec spec, int steps) throws IOException {
        AtomicInteger done = new AtomicInteger();
        return runner(store, () -> done.get() >= steps).run(spec, null, new Progress() {
            @Override
            public void at(long step, long of, double seconds, double tokensPerSecond, double secondsLeft) {
                done.incrementAndGet();
            }
        });
    }

    Runner runner(String store, BooleanSupplier stop) {
        return new Runner(store(store), HERE, stop);
    }

    /** Content by name of every file of a run but its lock. */
    static Map<String, byte[]> files(RunDirectory run) throws IOException {
        Map<String, byte[]> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(run.path())) {
            for (Path file : files.filter(Files::isRegularFile).toList())
                contents.put(run.path().relativize(file).toString(), Files.readAllBytes(file));
        }
        contents.remove(".lock");
        return contents;
    }

    /** The files that spec and steps decide: all but the run's story and what it was before, and of the checkpoints the last. */
    static Map<String, byte[]> numbers(RunDirectory run) throws IOException {
        Map<String, byte[]> numbers = files(run);
        numbers.remove("run.json");
        numbers.keySet().removeIf(name -> name.startsWith("finished/"));
        List<Long> steps = run.checkpoints().steps();
        for (long step : steps.subList(0, steps.size() - 1))
            numbers.remove(run.path().relativize(run.checkpoints().path(step)).toString());
        return numbers;
    }

    static void assertSame(Map<String, byte[]> expected, Map<String, byte[]> actual) {
        assertEquals(expected.keySet(), actual.keySet());
        expected.forEach((name, bytes) -> assertArrayEquals(bytes, actual.get(name), name));
    }

    static void assertSameNumbers(RunDirectory expected, RunDirectory actual) throws IOException {
        assertSame(numbers(expected), numbers(actual));
    }

    /** Takes from a run what those do not have that were stored before it was kept. */
    static void makeOld(RunDirectory run) throws IOException {
        Files.delete(run.vocabularyPath());
        for (Path file : List.of(run.metricsPath(), run.statePath())) {
            String before = Files.readString(file);
            String after = before.replaceAll(",\\s*\"triad\\.(position|most)\"\\s*:\\s*[-+.0-9eE]+", "");
            assertTrue(after.length() < before.length(), "nothing was taken from " + file);
            Files.writeString(file, after);
        }
    }

    /** A copy of a directory in use: a temporary file may go while it is copied, and no other. */
    static void copy(Path from, Path to) {
        try {
            Files.walkFileTree(from, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                        throws IOException {
                    Files.createDirectories(to.resolve(from.relativize(directory)));
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    try {
                        Files.copy(file, to.resolve(from.relativize(file)));
                        return FileVisitResult.CONTINUE;
                    } catch (NoSuchFileException e) {
                        return visitFileFailed(file, e);
                    }
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                    boolean temporary = file.getFileName().toString().startsWith(".");
                    if (temporary && failure instanceof NoSuchFileException) return FileVisitResult.CONTINUE;
                    throw failure;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a kill looks like from inside: nothing more is written, but for the record that is under way. */
    static final class Death extends Error {
        private static final long serialVersionUID = 1;

        static Progress at(long last) {
            return new Progress() {
                @Override
                public void at(long step, long steps, double seconds, double tokensPerSecond, double secondsLeft) {
                    if (step == last) throw new Death();
                }
            };
        }
    }

    /** The calls, in order. */
    static final class Log implements Progress {
        private final List<String> words = new ArrayList<>();

        String words() {
            return String.join(", ", words);
        }

        @Override
        public void found(RunDirectory run) {
            words.add("found");
        }

        @Override
        public void begins(RunDirectory run, long from, long steps) {
            words.add("begins " + from + " of " + steps);
        }

        @Override
        public void estimated(double secondsLeft) {
            assertTrue(secondsLeft > 0 && secondsLeft < 1000, "estimated " + secondsLeft);
            words.add("estimated");
        }

        @Override
        public void at(long step, long steps, double seconds, double tokensPerSecond, double secondsLeft) {
            words.add(Long.toString(step));
        }

        @Override
        public void ends() {
            words.add("ends");
        }
    }
}
