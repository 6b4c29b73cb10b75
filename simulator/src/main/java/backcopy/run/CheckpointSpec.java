package backcopy.run;

/**
 * When a run is saved to go on from: the keys {@code checkpoint.*}.
 *
 * @param every steps between checkpoints, all of which are kept; 0 to save by the clock and keep the newest
 */
public record CheckpointSpec(@EmptyWhenZero long every) {
    public CheckpointSpec {
        if (every < 0) throw new IllegalArgumentException("checkpoint.every = " + every + " is below 0");
    }
}
