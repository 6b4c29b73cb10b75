package backcopy.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A three-layer spec, and for every key of it another value. A new key fails here until it has a line, and with it is tested
 * wherever all keys are.
 */
final class ChangedKeys {
    static final RunSpec SPEC = Keys.parse(Scale.LAPTOP.spec(), Map.of("model.layers", "3"));

    private static final Map<String, String> VALUES = new LinkedHashMap<>();

    /** What else must be set for a key to be taken. */
    private static final Map<String, Map<String, String>> NEEDED = new LinkedHashMap<>();

    static {
        for (String line : """
                task.corpus=other.txt
                task.triggers=5
                task.sequenceLength=48
                task.bosCount=2
                task.backcopyProbability=0.5
                task.delimiterProbability=0.1
                task.loss=roles
                task.prefixLength=16
                task.prefix=fixed task.prefixLength=16
                task.randomTokens=1
                task.fixedPosition=3
                model.layers=4
                model.heads=2
                model.width=128
                model.mlpWidth=100
                model.mlp=swiglu
                model.attention=relu
                model.norm=none
                model.normEpsilon=1e-6
                model.normPlacement=sandwich
                model.attentionOff=0,2
                model.mlpOff=1
                model.initialization=gpt2
                model.kind=simple
                model.position=rope
                model.mask=window model.maskSize=8
                model.maskSize=16 model.mask=prefix
                model.scores=mlp
                model.sinkTokens=1
                model.keyBias=per-head
                model.keyBiasValue=2.5 model.keyBias=shared
                model.valueBias=shared
                model.gate=headwise
                model.gateBias=-1 model.gate=value
                model.queryKeyNorm=rms-norm
                model.headNorm=rms-norm
                model.valueResidual=0.5
                optimizer.name=sgd
                optimizer.learningRate=0.01
                optimizer.beta1=0.8
                optimizer.beta2=0.999
                optimizer.epsilon=1e-7
                optimizer.weightDecay=0
                optimizer.schedule=cosine
                optimizer.warmup=10
                optimizer.horizon=700 optimizer.schedule=cosine
                optimizer.floor=0.1 optimizer.schedule=cosine
                optimizer.clip=1
                optimizer.rates=embedding:0.1
                train.steps=3000
                train.batchSize=32
                train.seed=-1
                train.backend=reference
                train.threads=2
                train.from=0123456789ab@200
                train.freshBatches=40
                train.zLoss=1e-4
                train.decorrelation=0.1
                train.precision=tf32
                record.every=5
                record.probes=rank,mixing
                record.updates=norm-influence
                checkpoint.every=50
                evaluation.sequences=100
                evaluation.tokens=batch.csv
                intervention.kind=bos-pattern
                intervention.layer=1 intervention.kind=bos-pattern
                intervention.head=0 intervention.kind=bos-pattern
                intervention.from=100 intervention.kind=bos-pattern
                intervention.level=2.5 intervention.kind=clamp-value
                """.lines().toList()) {
            String[] words = line.split(" "), change = words[0].split("=");
            VALUES.put(change[0], change[1]);
            if (words.length > 1) NEEDED.put(change[0], Keys.overrides(List.of(words[1])));
        }
    }

    /** Keys that have one value so far. */
    private static final Set<String> FIXED = Set.of("task.name");

    private ChangedKeys() {}

    /** What is true of every key. */
    interface Fact {
        void check(String key, RunSpec changed, String value);
    }

    static void each(Fact fact) {
        Set<String> covered = new LinkedHashSet<>(VALUES.keySet());
        covered.addAll(FIXED);
        assertEquals(Keys.flatten(SPEC).keySet(), covered, "every key needs a changed value here");
        assertTrue(VALUES.size() > 30);
        VALUES.forEach((key, value) -> {
            Map<String, String> keys = new LinkedHashMap<>(NEEDED.getOrDefault(key, Map.of()));
            keys.put(key, value);
            RunSpec changed = Keys.parse(SPEC, keys);
            assertNotEquals(SPEC, changed, key);
            fact.check(key, changed, value);
        });
    }
}
