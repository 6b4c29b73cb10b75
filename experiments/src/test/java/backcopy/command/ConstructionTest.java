package backcopy.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.run.Safetensors;
import backcopy.task.Batch;
import backcopy.task.BatchStream;
import backcopy.task.BigramBackcopy;
import backcopy.task.BigramTable;
import backcopy.task.TaskSpec;
import backcopy.theory.Construction;
import backcopy.theory.Construction.Positions;
import backcopy.theory.PlainTransformer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Theorem 1's weights, written by {@code bb theory} and traced by {@code bb trace}. */
class ConstructionTest {
    private static final int LENGTH = 32;
    private static final double KAPPA = 10;

    @TempDir
    private Path directory;

    private static BigramBackcopy task() {
        TaskSpec spec = new TaskSpec(BigramBackcopy.NAME, BigramTable.TINY_SHAKESPEARE, 3, LENGTH, 1);
        return new BigramBackcopy(spec, BigramTable.tinyShakespeare());
    }

    private Path tokens(Batch batch) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int sequence = 0; sequence < batch.sequences(); sequence++)
            lines.append(Arrays.stream(batch.tokens(), sequence * (LENGTH + 1), (sequence + 1) * (LENGTH + 1))
                            .mapToObj(Integer::toString)
                            .collect(Collectors.joining(",")))
                    .append('\n');
        return Files.writeString(directory.resolve("tokens.csv"), lines);
    }

    @ParameterizedTest
    @EnumSource
    void theTracedRisksAreWithinTheTheoremsBounds(Positions positions) throws IOException {
        Construction construction = new Construction(task(), KAPPA, positions);
        Path weights = directory.resolve("weights.safetensors");
        String code = positions == Positions.ONE_HOT ? "one-hot" : "circle";
        Bb.run("theory", "--construction", weights.toString(), "--kappa", "10", "--length", "32", "--positions", code)
                .assertDone();
        Batch batch = new BatchStream(task(), 5).batch(0, 16);
        Path out = directory.resolve("traced.safetensors");
        Bb traced = Bb.run(
                        "trace",
                        "--weights",
                        weights.toString(),
                        "--tokens",
                        tokens(batch).toString(),
                        "--export",
                        "logits",
                        "--out",
                        out.toString(),
                        "train.backend=reference",
                        "model.attention=softmax",
                        "model.heads=1",
                        "model.mlp=relu",
                        "task.corpus=tiny-shakespeare",
                        "task.triggers=3")
                .assertDone();
        JsonNode observed = new ObjectMapper().readTree(traced.out());
        double backcopy = observed.path("excess.backcopy").doubleValue();
        double bigram = observed.path("excess.bigram").doubleValue();
        assertTrue(backcopy > 0 && backcopy <= construction.backcopyBound(), "backcopy " + backcopy);
        assertTrue(bigram > 0 && bigram <= construction.bigramBound(), "bigram " + bigram);
        double attention = observed.path("layers.0.heads.0.attention.bos").doubleValue();
        assertTrue(attention >= construction.sinkMassBound(), "attention on <s> " + attention);

        double[] logits = Safetensors.read(out).tensors().get("logits").values();
        double[] expected = Arrays.stream(new PlainTransformer(construction.weights())
                        .forward(Arrays.copyOf(batch.tokens(), LENGTH))
                        .logits())
                .flatMapToDouble(Arrays::stream)
                .toArray();
        for (int i = 0; i < expected.length; i++) assertEquals(expected[i], logits[i], 1e-8, "logit " + i);
    }

    @Test
    void whatCannotBeBuiltIsRefused() throws IOException {
        Path weights = directory.resolve("weights.safetensors");
        assertEquals(
                "kappa = 0.5 is not a number from 1 on",
                Bb.run("theory", "--construction", weights.toString(), "--kappa", "0.5")
                        .refusal());
        assertEquals(
                "--positions = square is not one of one-hot, circle",
                Bb.run("theory", "--construction", weights.toString(), "--positions", "square")
                        .refusal());
        assertEquals(
                "task.sequenceLength = 1 is below 2",
                Bb.run("theory", "--construction", weights.toString(), "--length", "1")
                        .refusal());
        assertFalse(Files.exists(weights));
        assertTrue(Bb.run("theory", "--kappa", "10").refusal().contains("--construction"));
    }
}
