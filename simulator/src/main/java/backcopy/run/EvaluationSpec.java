package backcopy.run;

/**
 * The fixed sequences that probes look at: the keys {@code evaluation.*}.
 *
 * @param sequences how many; 0 for as many as a training batch
 * @param tokens a file with the sequences' token ids, or empty to sample them
 */
public record EvaluationSpec(@EmptyWhenZero int sequences, String tokens) {
    public EvaluationSpec {
        if (sequences < 0) throw new IllegalArgumentException("evaluation.sequences = " + sequences + " is below 0");
    }
}
