package backcopy.command;

import backcopy.backend.StoredProducts;
import backcopy.backend.Workers;
import backcopy.pretrained.Ablation;
import backcopy.pretrained.Architecture;
import backcopy.pretrained.Checkpoint;
import backcopy.pretrained.ExportFile;
import backcopy.pretrained.Findings;
import backcopy.pretrained.Pace;
import backcopy.pretrained.Probing;
import backcopy.pretrained.Stop;
import backcopy.pretrained.TokenInput;
import backcopy.probe.Observable;
import backcopy.run.Backends;
import backcopy.run.Json;
import backcopy.run.ObservablesFile;
import backcopy.run.Reason;
import backcopy.run.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bb probe}: the toy's signatures in a pretrained language model. */
@Command(
        name = "probe",
        description =
                "Measures sink, drain and peak in a pretrained language model by layer and head, and what zeroing parts of it"
                        + " does: one JSON object on standard output. A folder has config.json and safetensors files.",
        footer = {
            "",
            "Example: bb probe ~/models/OLMo-7B --input random --length 64",
            "         bb probe ~/models/Llama-2-7b-hf --tokens sentence.csv --ablate twelve --layer 24",
            "         bb probe ~/models/Llama-2-7b-hf --tokens code.csv --tokens prose.csv --ablate heads.16",
            "         bb probe ~/models/pythia/step* --input random"
        })
final class ProbeCommand extends Verb implements Callable<Integer> {
    @Parameters(
            arity = "1..*",
            paramLabel = "FOLDER",
            description = "a model; of several, revisions of one model in the order of their steps")
    private List<Path> folders;

    @Mixin
    private ProbeInputs inputs;

    @Option(
            names = "--ablate",
            paramLabel = "PARTS",
            description = "zero these parts together, such as layers.0.mlp,layers.1.heads.3; twelve: the paper's table;"
                    + " layers: attention, MLP and both of each layer; heads.N: each head of layer N. May be repeated")
    private List<String> ablate = List.of();

    @Option(
            names = "--layer",
            paramLabel = "N",
            description = "compare residual norms behind this layer (default: three quarters of the way)")
    private Integer layer;

    @Option(
            names = "--export",
            split = ",",
            paramLabel = "NAME",
            description = "logits, residual, pattern, value: of all texts, under the names of bb trace")
    private List<String> export = List.of();

    @Option(names = "--out", paramLabel = "O", description = "the safetensors file for the exported arrays")
    private Path out;

    @Option(names = "--npz", paramLabel = "F", description = "write all signatures as arrays for numpy.load")
    private Path npz;

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            description = "cpu: products in float32; reference: in float64, slowly (default: ${DEFAULT-VALUE})")
    private String backend = "cpu";

    @Option(names = "--threads", paramLabel = "N", description = "0: all (default: ${DEFAULT-VALUE})")
    private int threads;

    @Override
    public Integer call() throws Exception {
        if (export.isEmpty() != (out == null))
            throw new IllegalArgumentException("--export and --out go together: what to export, and the file for it");
        if (out != null) WritableFile.require("--out", out);
        if (npz != null) WritableFile.require("--npz", npz);
        List<Checkpoint> revisions = revisions();
        Architecture model = revisions.get(0).architecture();
        int read = layer == null ? model.layers() * 3 / 4 : layer;
        if (read < 0 || read >= model.layers())
            throw new IllegalArgumentException("--layer " + read + " is not between 0 and " + (model.layers() - 1));
        List<Ablation> ablations = new ArrayList<>();
        for (String parts : ablate) ablations.addAll(Ablation.parse(parts, model));
        List<TokenInput> texts = texts(revisions.get(0));
        if (out != null && (revisions.size() > 1 || texts.size() > 1))
            throw new IllegalArgumentException("--export goes with one folder and one input");
        List<Map<String, Object>> words = new ArrayList<>();
        List<Observable> arrays = new ArrayList<>();
        try (Workers workers = new Workers(threads)) {
            StoredProducts products = Backends.storedProducts(backend, workers);
            for (Checkpoint revision : revisions) {
                String prefix = revisions.size() == 1 ? "" : "revision." + words.size() + ".";
                Findings found = findings(revision, texts, ablations, products, workers);
                words.add(found.words(read));
                if (npz != null) arrays.addAll(found.arrays(prefix));
                for (int i = 0; i < texts.size(); i++)
                    err().println(revision.folder() + ", " + texts.get(i).name() + ": " + found.finding(i));
            }
        } catch (Stop stop) {
            err().println("stopped; nothing was written");
            return INTERRUPTED;
        }
        if (npz != null) ObservablesFile.write(npz, arrays);
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("revisions", words);
        beside(out).println(Json.line(revisions.size() == 1 ? words.get(0) : all));
        return 0;
    }

    /** By their steps, where all names tell one; else as given. */
    private List<Checkpoint> revisions() {
        List<Checkpoint> all = new ArrayList<>();
        for (Path folder : folders) all.add(open(folder));
        Architecture first = all.get(0).architecture();
        for (Checkpoint other : all)
            if (!other.architecture().equals(first)
                    || other.vocabulary() != all.get(0).vocabulary())
                throw new IllegalArgumentException(other.folder() + " is no revision of "
                        + all.get(0).folder() + ": their config.json or their vocabularies differ");
        if (all.stream().allMatch(one -> step(one) >= 0)) all.sort(Comparator.comparingLong(ProbeCommand::step));
        return all;
    }

    private static long step(Checkpoint revision) {
        return Findings.step(String.valueOf(revision.folder().getFileName()));
    }

    private static Checkpoint open(Path folder) {
        try {
            return Checkpoint.open(folder);
        } catch (IOException e) {
            throw new IllegalArgumentException(folder + " cannot be read: " + Reason.of(e));
        }
    }

    private List<TokenInput> texts(Checkpoint checkpoint) {
        try {
            return inputs.of(checkpoint);
        } catch (IOException e) {
            throw new IllegalArgumentException("--tokens cannot be read: " + Reason.of(e));
        }
    }

    private Findings findings(
            Checkpoint checkpoint,
            List<TokenInput> texts,
            List<Ablation> ablations,
            StoredProducts products,
            Workers workers)
            throws IOException {
        String title = folders.size() == 1 ? "" : checkpoint.folder().getFileName() + ": ";
        Pace pace = new Pace(interrupt()::requested, new LayerLine(err(), Machine.isTerminal(), title));
        if (out == null) return Probing.run(checkpoint, texts, ablations, null, products, workers, pace);
        boolean stream = WholeFile.isStream(out);
        Path target = stream ? Files.createTempFile("probe", ".safetensors") : WholeFile.destination(out);
        Path part = stream ? target : target.resolveSibling("." + target.getFileName() + ".tmp");
        ExportFile file = new ExportFile(part, checkpoint, texts.get(0), export, products.arithmetic());
        try {
            Findings found = Probing.run(checkpoint, texts, ablations, file, products, workers, pace);
            file.close();
            if (stream) WholeFile.write(out, to -> Files.copy(part, to));
            else Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
            return found;
        } finally {
            file.discard();
        }
    }
}
