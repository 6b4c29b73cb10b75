package backcopy.probe;

import backcopy.model.ModelSpec;
import backcopy.task.Task;
import java.util.List;

/**
 * How far predictions of vectors are off. {@code loss.evaluation}: the mean square over all numbers; {@code error.trigger} and
 * {@code error.elsewhere}: the root of the mean square at triggers and at the other positions; {@code error.largest}: of a single
 * number.
 */
final class SquaredErrorProbe implements Probe {
    private final Task task;
    private final ModelSpec model;

    SquaredErrorProbe(Task task, ModelSpec model) {
        this.task = task;
        this.model = model;
    }

    @Override
    public String name() {
        return "squared-error";
    }

    @Override
    public String about() {
        return "errors of predicted vectors at triggers and elsewhere, and the largest";
    }

    @Override
    public List<String> reads(ModelSpec model) {
        return List.of("error");
    }

    @Override
    public Fold fold() {
        return new ErrorFold();
    }

    private final class ErrorFold implements Fold {
        private static final int TRIGGER = 0, ELSEWHERE = 1, ALL = 2;

        private final Means squares = new Means(3);
        private double largest;

        @Override
        public void add(Slice slice) {
            double[] errors = slice.read("error");
            int at = 0;
            for (int sequence = 0; sequence < slice.sequences(); sequence++)
                for (int position = 0; position < slice.length(); position++) {
                    int role = task.isTrigger(slice.token(sequence, position)) ? TRIGGER : ELSEWHERE;
                    for (int i = 0; i < model.width(); i++) add(role, errors[at++]);
                }
        }

        private void add(int role, double error) {
            squares.add(role, error * error);
            squares.add(ALL, error * error);
            largest = Math.max(largest, Math.abs(error));
        }

        @Override
        public void merge(Fold later) {
            squares.merge(((ErrorFold) later).squares);
            largest = Math.max(largest, ((ErrorFold) later).largest);
        }

        @Override
        public void finish(Record record) {
            record.number("loss.evaluation", squares.mean(ALL));
            record.number("error.trigger", Math.sqrt(squares.mean(TRIGGER)));
            record.number("error.elsewhere", Math.sqrt(squares.mean(ELSEWHERE)));
            record.number("error.largest", largest);
        }
    }
}
