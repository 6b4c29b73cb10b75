package backcopy.command;

import backcopy.run.RunDirectory;
import backcopy.run.RunState.Status;
import backcopy.run.Runner;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bb train}: one run. */
@Command(
        name = "train",
        description = "Trains one transformer and records what its attention does. The same command goes on from a run "
                + "that was stopped, and finds one that is finished.",
        footer = {"", "Example: bb train model.layers=2 optimizer.learningRate=1e-3 train.steps=500"})
final class TrainCommand extends Verb implements Callable<Integer> {
    @Mixin
    private RunOptions options;

    @Mixin
    private StoreOption store;

    @Option(names = "--init", paramLabel = "W", description = "initial weights, a safetensors file")
    private Path init;

    @Override
    public Integer call() throws Exception {
        Runner runner = new Runner(store.store(), Machine.provenance(), interrupt()::requested);
        RunDirectory run = runner.run(options.spec(store.store()), init, progress(""));
        out().println(Summary.of(run));
        return run.state().status() == Status.INTERRUPTED ? interrupted("the same command") : 0;
    }
}
