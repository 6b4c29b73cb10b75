package backcopy.run;

import backcopy.train.NonFiniteLossException;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far a run is and how it came there: {@code run.json}. Whatever may differ between two runs of one spec stands here and
 * not in the other files.
 *
 * @param identity the run's name
 * @param status see {@link Status}
 * @param failure why it failed, in one line, or empty
 * @param steps updates done
 * @param seed the key {@code train.seed} again, for people
 * @param numerics {@link RunIdentity#NUMERICS} of the program
 * @param contents what stood for files in the identity, by key
 * @param init the file of the initial weights, or empty
 * @param provenance where it ran last
 * @param start when it first began, as an ISO 8601 instant
 * @param seconds of work, all sittings together
 * @param tokensPerSecond of the last sitting; 0 where it cannot be said
 * @param finalValues the last record's numbers; empty until it is finished
 * @param notes what a reader should know, such as a change of machine
 */
public record RunState(
        String identity,
        Status status,
        String failure,
        long steps,
        long seed,
        int numerics,
        Map<String, String> contents,
        String init,
        Provenance provenance,
        String start,
        double seconds,
        double tokensPerSecond,
        Map<String, Double> finalValues,
        List<String> notes) {

    /** What became of a run. One that says {@code running} without anybody writing it was killed. */
    public enum Status {
        @JsonProperty("running")
        RUNNING,
        @JsonProperty("finished")
        FINISHED,
        @JsonProperty("failed")
        FAILED,
        @JsonProperty("interrupted")
        INTERRUPTED
    }

    public RunState {
        contents = Collections.unmodifiableMap(new TreeMap<>(contents));
        if (!Double.isFinite(tokensPerSecond)) tokensPerSecond = 0;
        Map<String, Double> values = new LinkedHashMap<>();
        finalValues.forEach((name, value) -> values.put(name, value == null ? Double.NaN : value));
        finalValues = Collections.unmodifiableMap(values);
        notes = List.copyOf(notes);
    }

    /** A run at its beginning. */
    static RunState begun(
            String identity,
            long seed,
            Map<String, String> contents,
            String init,
            Provenance provenance,
            String start) {
        return new RunState(
                identity,
                Status.RUNNING,
                "",
                0,
                seed,
                RunIdentity.NUMERICS,
                contents,
                init,
                provenance,
                start,
                0,
                0,
                Map.of(),
                List.of());
    }

    /**
     * Where the run is of other numerics than this program's: what that means, in a few words; otherwise empty. Its numbers may be
     * set beside others, but a run of the same spec gives other bits now.
     */
    public String otherNumerics() {
        return numerics == RunIdentity.NUMERICS
                ? ""
                : "numerics " + numerics + ", where this program's are " + RunIdentity.NUMERICS;
    }

    /** Whether it failed by a loss that is not finite; {@link #steps} are then the updates before. */
    public boolean hasDiverged() {
        return status == Status.FAILED && NonFiniteLossException.isMessage(failure);
    }

    /** After {@code steps} updates and {@code seconds} of work in all. */
    public RunState at(long steps, double seconds, double tokensPerSecond) {
        return with(status, failure, steps, seconds, tokensPerSecond, finalValues, notes);
    }

    public RunState finished(Map<String, Double> finalValues) {
        return with(Status.FINISHED, "", steps, seconds, tokensPerSecond, finalValues, notes);
    }

    /** @param reason in one line */
    public RunState failed(String reason) {
        return with(Status.FAILED, reason, steps, seconds, tokensPerSecond, finalValues, notes);
    }

    public RunState interrupted() {
        return with(Status.INTERRUPTED, "", steps, seconds, tokensPerSecond, finalValues, notes);
    }

    public RunState noted(String note) {
        List<String> more = new ArrayList<>(notes);
        more.add(note);
        return with(status, failure, steps, seconds, tokensPerSecond, finalValues, more);
    }

    /** The run taken up again on {@code now}. */
    RunState resumed(Provenance now) {
        RunState running = new RunState(
                identity,
                Status.RUNNING,
                "",
                steps,
                seed,
                numerics,
                contents,
                init,
                now,
                start,
                seconds,
                tokensPerSecond,
                Map.of(),
                notes);
        List<String> changes = now.changesFrom(provenance);
        return changes.isEmpty() ? running : running.noted("from step " + steps + " on: " + String.join(", ", changes));
    }

    /**
     * The run as it is once more at a step that it has come by.
     *
     * @param from where the replay began
     * @param seconds of the replay
     */
    RunState replayed(long step, long from, Provenance now, double seconds, double tokensPerSecond) {
        RunState there = new RunState(
                identity,
                Status.RUNNING,
                "",
                step,
                seed,
                numerics,
                contents,
                init,
                now,
                start,
                seconds,
                tokensPerSecond,
                Map.of(),
                notes);
        List<String> changes = now.changesFrom(provenance);
        String by = "step " + step + " was replayed from step " + from + ", when the run was at step " + steps;
        return there.noted(changes.isEmpty() ? by : by + ": " + String.join(", ", changes));
    }

    private RunState with(
            Status status,
            String failure,
            long steps,
            double seconds,
            double tokensPerSecond,
            Map<String, Double> finalValues,
            List<String> notes) {
        return new RunState(
                identity,
                status,
                failure,
                steps,
                seed,
                numerics,
                contents,
                init,
                provenance,
                start,
                seconds,
                tokensPerSecond,
                finalValues,
                notes);
    }
}
