package backcopy.optim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What is done to the learning rate and to the gradient, whatever the optimizer: more keys {@code optimizer.*}.
 *
 * @param schedule of the learning rate after the warm-up: {@code constant}, or {@code cosine} from 1 at its end to
 *     {@code floor} at {@code horizon}
 * @param warmup first updates of the moments, over which the rate grows linearly to its whole: update n from 1 on has n / warmup
 *     of it
 * @param horizon updates after which the cosine has come to its floor; empty for those of the run
 * @param floor of the cosine, as a part of the learning rate
 * @param clip largest Euclidean norm of the whole gradient, which is scaled down to it; empty for no limit
 * @param rates factors of the learning rate for groups of weights, such as {@code embedding:0.1,mlp.up:2}: a group is one or
 *     more whole words of a weight's name; of several that match the last counts
 */
public record Schedule(
        String schedule, long warmup, OptionalLong horizon, double floor, OptionalDouble clip, String rates) {
    private static final List<String> SCHEDULES = List.of("constant", "cosine");

    /** The learning rate as it is. */
    public static final Schedule CONSTANT =
            new Schedule("constant", 0, OptionalLong.empty(), 0, OptionalDouble.empty(), "");

    /** PyTorch's {@code clip_grad_norm_} adds it to the norm. */
    private static final double CLIP_FLOOR = 1e-6;

    private record Group(String name, double factor) {}

    public Schedule {
        if (!SCHEDULES.contains(schedule))
            throw new IllegalArgumentException(
                    "optimizer.schedule = " + schedule + " is not one of " + String.join(", ", SCHEDULES));
        if (warmup < 0) throw new IllegalArgumentException("optimizer.warmup = " + warmup + " is below 0");
        Optimizer.inRange("floor", floor, 0, 1);
        if (schedule.equals("constant") && (horizon.isPresent() || floor != 0))
            throw new IllegalArgumentException((horizon.isPresent() ? "optimizer.horizon" : "optimizer.floor")
                    + " belongs to optimizer.schedule = cosine");
        if (horizon.isPresent() && horizon.getAsLong() <= warmup)
            throw new IllegalArgumentException(
                    "optimizer.horizon = " + horizon.getAsLong() + " is not above optimizer.warmup = " + warmup);
        if (clip.isPresent() && !(clip.getAsDouble() > 0))
            throw new IllegalArgumentException("optimizer.clip = " + clip.getAsDouble() + " is not above 0");
        groups(rates);
    }

    /** The same with its horizon filled in where a cosine needs one. */
    public Schedule within(long steps) {
        if (schedule.equals("constant") || horizon.isPresent()) return this;
        return new Schedule(schedule, warmup, OptionalLong.of(Math.max(steps, warmup + 1)), floor, clip, rates);
    }

    /**
     * The part of the learning rate that an update has. The cosine is the run's, and the warm-up is that of the moments, which
     * begin anew where a run goes on from one of another optimizer.
     *
     * @param step updates done before it, those of a run that this one goes on from among them
     * @param own those of them that the moments have seen
     */
    public double factor(long step, long own) {
        double warm = own < warmup ? (own + 1.0) / warmup : 1;
        if (schedule.equals("constant") || step < warmup) return warm;
        double way = (double) (step - warmup) / (horizon.orElseThrow() - warmup);
        return warm * (way >= 1 ? floor : floor + (1 - floor) * (1 + Math.cos(Math.PI * way)) / 2);
    }

    /** The same of a run that began by itself. */
    public double factor(long step) {
        return factor(step, step);
    }

    /** Whether no update from {@code step} on has any part of the learning rate. */
    public boolean isOver(long step) {
        return factor(step) == 0 && step >= horizon.orElseThrow();
    }

    /** What a gradient of this norm is multiplied by. */
    public double clipping(double norm) {
        return clip.isEmpty() ? 1 : Math.min(1, clip.getAsDouble() / (norm + CLIP_FLOOR));
    }

    /**
     * The factor of the learning rate of each weight.
     *
     * @throws IllegalArgumentException when a group has no weight
     */
    public double[] factors(List<String> weights) {
        double[] factors = new double[weights.size()];
        Arrays.fill(factors, 1);
        for (Group group : groups(rates)) {
            boolean found = false;
            for (int i = 0; i < factors.length; i++)
                if (("." + weights.get(i) + ".").contains("." + group.name + ".")) {
                    factors[i] = group.factor;
                    found = true;
                }
            if (!found)
                throw new IllegalArgumentException("optimizer.rates = " + rates + ": no weight is called " + group.name
                        + "; there are " + String.join(", ", weights));
        }
        return factors;
    }

    private static List<Group> groups(String rates) {
        List<Group> groups = new ArrayList<>();
        if (rates.isEmpty()) return groups;
        for (String item : rates.split(",", -1)) {
            String[] parts = item.split(":", -1);
            if (parts.length != 2 || parts[0].isEmpty() || !parts[1].matches("[0-9]+\\.?[0-9]*([eE][+-]?[0-9]{1,3})?"))
                throw new IllegalArgumentException(
                        "optimizer.rates = " + rates + " is not a list of group:factor such as embedding:0.1,mlp.up:2");
            groups.add(new Group(parts[0], Double.parseDouble(parts[1])));
        }
        return groups;
    }
}
