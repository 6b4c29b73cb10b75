package backcopy.bench;

import backcopy.probe.RecordSchedule;
import backcopy.run.RunSpec;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a run's records cost: how many it takes in how many steps, and the seconds of each. */
record ProbeCost(long records, long steps, double secondsPerRecord, double secondsPerStep) {
    static ProbeCost of(RunSpec spec, double secondsPerRecord, double secondsPerStep) {
        RecordSchedule schedule = spec.record().schedule();
        long steps = spec.train().steps(), records = 1;
        for (long step = 0; step < steps; step++) if (schedule.isDue(step)) records++;
        return new ProbeCost(records, steps, secondsPerRecord, secondsPerStep);
    }

    /** Of the run's time. */
    double share() {
        double probing = records * secondsPerRecord;
        return probing / (probing + steps * secondsPerStep);
    }

    Map<String, Object> words() {
        Map<String, Object> words = new LinkedHashMap<>();
        words.put("records", records);
        words.put("steps", steps);
        words.put("secondsPerRecord", secondsPerRecord);
        words.put("secondsPerStep", secondsPerStep);
        words.put("shareOfRun", share());
        return words;
    }
}
