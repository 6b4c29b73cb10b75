package backcopy.train;

import backcopy.model.Activations;
import backcopy.model.Intervention;
import backcopy.model.Network;
import backcopy.model.ParameterLayout.Entry;
import backcopy.model.Parameters;
import backcopy.probe.Record;
import backcopy.probe.Update;
import backcopy.probe.UpdateProbe;
import backcopy.probe.UpdateProbe.Reading;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Shows update probes the update that a step is about to make, and computes no more of it than they read. Position 0 sees itself
 * alone, so its residual stream is that of one token.
 */
public final class UpdateObserver {
    private final Network model;
    private final Trainer trainer;
    private final List<UpdateProbe> probes;
    private final Set<Reading> readings = EnumSet.noneOf(Reading.class);
    private final Activations first;
    private final Parameters change;
    private final Parameters[] normGradients;

    /** @param firstToken the token at position 0 */
    public UpdateObserver(Network model, Trainer trainer, int firstToken, List<UpdateProbe> probes) {
        this.model = model;
        this.trainer = trainer;
        this.probes = List.copyOf(probes);
        for (UpdateProbe probe : probes) readings.addAll(probe.reads());
        change = readings.contains(Reading.CHANGE) ? parameters() : null;
        boolean norms = readings.contains(Reading.RESIDUAL_NORM_GRADIENT);
        first = norms ? model.trainingActivations(1, 1) : null;
        normGradients = new Parameters[norms ? model.spec().layers() : 0];
        for (int layer = 0; layer < normGradients.length; layer++) normGradients[layer] = parameters();
        if (norms) first.load(0, new int[] {firstToken, 0}, 0);
    }

    /** After {@link Trainer#gradient} of a step and before {@link Trainer#update}; changes nothing. */
    public void observe(long step, List<Intervention> interventions, Record record) {
        if (change != null) trainer.plan(step, change);
        if (first != null) model.forward(first, 1, interventions);
        for (int layer = 0; layer < normGradients.length; layer++) {
            normGradients[layer].clear();
            model.residualNormBackward(first, layer, normGradients[layer], interventions);
        }
        for (UpdateProbe probe : probes) probe.observe(new Seen(probe), record);
    }

    private Parameters parameters() {
        return new Parameters(model.weights().layout(), model.backend());
    }

    /** The update as one probe sees it. */
    private final class Seen implements Update {
        private final UpdateProbe probe;

        Seen(UpdateProbe probe) {
            this.probe = probe;
        }

        @Override
        public List<String> weights() {
            return model.weights().layout().entries().stream().map(Entry::name).toList();
        }

        @Override
        public int layers() {
            return model.spec().layers();
        }

        @Override
        public double[] gradient(String weight) {
            requireDeclared(Reading.GRADIENT);
            return trainer.gradients().read(weight);
        }

        @Override
        public double[] change(String weight) {
            requireDeclared(Reading.CHANGE);
            return change.read(weight);
        }

        @Override
        public double[] residualNormGradient(int layer, String weight) {
            requireDeclared(Reading.RESIDUAL_NORM_GRADIENT);
            return normGradients[layer].read(weight);
        }

        private void requireDeclared(Reading reading) {
            if (!probe.reads().contains(reading))
                throw new IllegalStateException(
                        "probe " + probe.name() + " reads " + reading + " but did not declare it");
        }
    }
}
