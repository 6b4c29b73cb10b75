package backcopy.query;

import backcopy.run.Json;
import backcopy.run.Measurement;
import backcopy.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A run for the tables.
 *
 * @param label what it is called there
 * @param directory as it is now, or as of a step
 * @param status in a word
 * @param last the last step whose record counts
 */
record StoredRun(String label, RunDirectory directory, String status, long last) {
    /** A run as it is now. */
    static StoredRun now(RunDirectory directory) {
        return new StoredRun(directory.identity(), directory, directory.status(), Long.MAX_VALUE);
    }

    /** A run as of a step, whatever became of it since; where it has not been finished there, what there is of it. */
    static StoredRun asOf(String label, long steps, RunDirectory directory) {
        if (directory.isFinishedAt(steps)) return new StoredRun(label, directory.at(steps), "finished", steps);
        String status = directory.status();
        return new StoredRun(label, directory, status.equals("finished") ? "unfinished" : status, steps);
    }

    List<Measurement> records() {
        return directory.measurements().stream()
                .filter(record -> record.step() <= last)
                .toList();
    }

    /** The file of its records, in a directory called as the run is: the store's own where all of them count. */
    Path metrics(Path temporary) throws IOException {
        if (last == Long.MAX_VALUE) return directory.path().resolve("metrics.jsonl");
        Path file = Files.createDirectories(temporary.resolve(label)).resolve("metrics.jsonl");
        return Files.write(file, records().stream().map(StoredRun::line).toList());
    }

    private static String line(Measurement record) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("step", record.step());
        line.putAll(record.numbers());
        return Json.line(line);
    }
}
