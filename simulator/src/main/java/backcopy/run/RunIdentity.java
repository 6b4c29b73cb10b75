package backcopy.run;

import backcopy.task.BigramTable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A run's name in its store: a hash of what decides the numbers in its directory, so that a run which was done before is
 * found.
 *
 * <p>In the hash: every key that changes a weight, and {@code record.*} and {@code evaluation.*}, which leave the weights
 * alone but decide the numbers that the run's files hold; a run found instead of repeated must have measured what was asked
 * for. Files enter by their content, not their name.
 *
 * <p>Not in it: {@code train.threads} (lanes keep the bits), {@code train.steps} (a longer run goes on from a shorter one)
 * and {@code checkpoint.every} (how many of the same checkpoints are kept). Nor the store, the host or the Java version.
 */
public final class RunIdentity {
    /** Raised when a change of the code changes the numbers of runs, so that old runs are not taken for new ones. */
    public static final int NUMERICS = 2;

    /** The keys that do not enter. */
    static final Set<String> FREE = Set.of("train.threads", "train.steps", "checkpoint.every");

    /**
     * Keys that came after stored runs had been made, at the values that all of those had: there they do not enter, so that
     * a new key does not make an old run unknown.
     */
    private static final Map<String, String> LATER = Map.ofEntries(
            Map.entry("task.backcopyProbability", "1"),
            Map.entry("task.delimiterProbability", "0"),
            Map.entry("task.loss", "all"),
            Map.entry("task.prefixLength", "0"),
            Map.entry("task.prefix", "drawn"),
            Map.entry("task.randomTokens", "0"),
            Map.entry("task.fixedPosition", ""),
            Map.entry("train.freshBatches", ""),
            Map.entry("train.zLoss", "0"),
            Map.entry("train.decorrelation", "0"),
            Map.entry("model.initialization", "pytorch"),
            Map.entry("model.kind", "transformer"),
            Map.entry("optimizer.schedule", "constant"),
            Map.entry("optimizer.warmup", "0"),
            Map.entry("optimizer.horizon", ""),
            Map.entry("optimizer.floor", "0"),
            Map.entry("optimizer.clip", ""),
            Map.entry("optimizer.rates", ""),
            Map.entry("model.mask", "causal"),
            Map.entry("model.maskSize", "0"),
            Map.entry("model.scores", "dot-product"),
            Map.entry("model.sinkTokens", "0"),
            Map.entry("model.keyBias", "none"),
            Map.entry("model.keyBiasValue", "0"),
            Map.entry("model.valueBias", "none"),
            Map.entry("model.gate", "none"),
            Map.entry("model.gateBias", "0"),
            Map.entry("model.queryKeyNorm", "none"),
            Map.entry("model.headNorm", "none"),
            Map.entry("model.valueResidual", "0"),
            Map.entry("intervention.level", ""),
            Map.entry("record.updates", ""),
            Map.entry("record.probes", ""),
            Map.entry("train.precision", "float32"));

    /** What may enter by content instead of by name. {@code init} is a file of initial weights. */
    static final Set<String> BY_CONTENT = Set.of("task.corpus", "evaluation.tokens", "train.from", "init");

    static final Pattern ID = Pattern.compile("[0-9a-f]{12}");

    private RunIdentity() {}

    /** Whether runs may be stored that do not know of this key; their value of it is the default. */
    static boolean cameLater(String key) {
        return LATER.containsKey(key);
    }

    /**
     * The identity of a run of this spec on this machine, before it is begun.
     *
     * @param spec that names no file; {@code train.from} by the parent's whole identity
     * @throws IllegalArgumentException when it does name a file
     */
    public static String of(RunSpec spec) {
        String backend = Backends.resolve(spec), from = spec.train().from();
        return of(spec.resolved(backend), backend, from.isEmpty() ? Map.of() : Map.of("train.from", from));
    }

    /**
     * Twelve hexadecimal digits.
     *
     * @param backend what {@code train.backend} came to
     * @param contents what stands for each of {@code task.corpus} (where it is a file), {@code evaluation.tokens} and
     *     {@code init}: {@link #contentOf} the file; and for {@code train.from}: the parent's identity, {@code @} and the step
     */
    public static String of(RunSpec spec, String backend, Map<String, String> contents) {
        return hex(sha256(), canonical(spec, backend, contents)).substring(0, 12);
    }

    /** SHA-256 of a file's bytes, in hexadecimal digits. */
    public static String contentOf(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = sha256();
            new DigestInputStream(in, digest).transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " cannot be read: " + Reason.of(e));
        }
    }

    /** One line {@code key=value} for each thing that enters, in the order of the keys. */
    static String canonical(RunSpec spec, String backend, Map<String, String> contents) {
        if (backend.equals("auto")) throw new IllegalArgumentException("train.backend = auto has not been resolved");
        Map<String, String> entering = new TreeMap<>(Keys.flatten(spec.resolved(backend)));
        entering.keySet().removeAll(FREE);
        entering.entrySet().removeAll(LATER.entrySet());
        for (String key : BY_CONTENT) {
            String name = entering.getOrDefault(key, "");
            boolean isFile = !name.isEmpty() && !BigramTable.isBuiltIn(name);
            if (isFile && !contents.containsKey(key))
                throw new IllegalArgumentException(key + " = " + name + " has no content");
        }
        contents.forEach((key, content) -> {
            if (!BY_CONTENT.contains(key)) throw new IllegalArgumentException(key + " does not enter by content");
            entering.put(key, "content " + content);
        });
        entering.put("numerics", Integer.toString(NUMERICS));
        StringBuilder lines = new StringBuilder();
        entering.forEach(
                (key, value) -> lines.append(key).append('=').append(value).append('\n'));
        return lines.toString();
    }

    private static String hex(MessageDigest digest, String text) {
        return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
