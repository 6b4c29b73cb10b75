package backcopy.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.attention.ClippedSoftmax;
import backcopy.optim.Sgd;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class KeysTest {
    private static final RunSpec LAPTOP = Scale.LAPTOP.spec();

    @ParameterizedTest
    @EnumSource
    void everyScaleReadsBackFromItsKeys(Scale scale) {
        for (Scale other : Scale.values())
            assertEquals(scale.spec(), Keys.parse(other.spec(), Keys.flatten(scale.spec())));
    }

    @Test
    void everyKeyReadsBackFromItsChangedValue() {
        ChangedKeys.each((key, changed, value) -> {
            assertEquals(value, Keys.flatten(changed).get(key), key);
            assertEquals(changed, Keys.parse(LAPTOP, Keys.flatten(changed)), key);
        });
    }

    @Test
    void thePaperScaleHasThePapersKeysInOrder() {
        assertEquals("""
                {task.name=bigram-backcopy, task.corpus=tiny-shakespeare, task.triggers=3, task.sequenceLength=256, \
                task.bosCount=1, task.backcopyProbability=1, task.delimiterProbability=0, task.loss=all, \
                task.prefixLength=0, task.prefix=drawn, task.randomTokens=0, task.fixedPosition=, \
                model.layers=1, model.heads=1, model.width=256, model.mlpWidth=1024, model.mlp=relu, \
                model.attention=softmax, model.position=learned, model.norm=layer-norm, model.normEpsilon=1e-5, \
                model.normPlacement=pre, model.attentionOff=, model.mlpOff=, model.initialization=pytorch, \
                model.kind=transformer, \
                model.mask=causal, model.maskSize=0, model.scores=dot-product, model.sinkTokens=0, \
                model.keyBias=none, model.keyBiasValue=0, model.valueBias=none, model.gate=none, model.gateBias=0, \
                model.queryKeyNorm=none, model.headNorm=none, model.valueResidual=0, \
                optimizer.name=adamw, optimizer.learningRate=3e-4, optimizer.beta1=0.9, optimizer.beta2=0.99, \
                optimizer.epsilon=1e-8, optimizer.weightDecay=1e-4, \
                optimizer.schedule=constant, optimizer.warmup=0, optimizer.horizon=, optimizer.floor=0, \
                optimizer.clip=, optimizer.rates=, \
                train.steps=10000, train.batchSize=512, train.seed=42, train.backend=auto, train.threads=0, train.from=, \
                train.freshBatches=, train.zLoss=0, train.decorrelation=0, train.precision=float32, \
                record.every=, record.updates=, record.probes=, checkpoint.every=, evaluation.sequences=512, evaluation.tokens=, \
                intervention.kind=none, intervention.layer=0, intervention.head=-1, intervention.from=0, \
                intervention.level=}""", Keys.flatten(Scale.PAPER.spec()).toString());
    }

    @Test
    void anotherOptimizerBringsItsOwnDefaults() {
        assertEquals(
                Sgd.DEFAULT, Keys.parse(LAPTOP, Map.of("optimizer.name", "sgd")).optimizer());
        assertEquals(
                new Sgd(0.03, 0.5, 1e-4),
                Keys.parse(LAPTOP, Map.of("optimizer.momentum", "0.5", "optimizer.name", "sgd"))
                        .optimizer());
    }

    @Test
    void aKeyThatTheTaskDoesNotHaveIsNeitherPrintedNorTaken() {
        RunSpec markov = Keys.parse(LAPTOP, Map.of("task.name", "markov", "task.bosCount", "2"));
        assertEquals(
                List.of(
                        "task.name",
                        "task.corpus",
                        "task.sequenceLength",
                        "task.bosCount",
                        "task.delimiterProbability",
                        "task.loss"),
                Keys.flatten(markov).keySet().stream()
                        .filter(key -> key.startsWith("task."))
                        .toList());
        assertEquals(markov, Keys.parse(LAPTOP, Keys.flatten(markov)));
        assertEquals(
                LAPTOP.task().triggers(),
                Keys.parse(markov, Keys.flatten(LAPTOP)).task().triggers());
        assertEquals(
                "task.triggers is not a key of task.name = markov; its keys are task.corpus, task.sequenceLength, "
                        + "task.bosCount, task.delimiterProbability, task.loss",
                Refusal.of(() -> Keys.parse(markov, Map.of("task.triggers", "3"))));
        assertEquals(
                "task.backcopyProbability is not a key of task.name = bigram-skip; its keys are task.corpus, "
                        + "task.triggers, task.sequenceLength, task.bosCount, task.delimiterProbability, task.loss",
                Refusal.of(() ->
                        Keys.parse(LAPTOP, Map.of("task.backcopyProbability", "0.5", "task.name", "bigram-skip"))));
    }

    @Test
    void anAttentionKindBringsItsOwnNumbers() {
        RunSpec clipped =
                Keys.parse(LAPTOP, Map.of("model.attention", "clipped-softmax", "model.attention.zeta", "1.1"));
        assertEquals(new ClippedSoftmax(-0.03, 1.1), clipped.model().attention());
        assertEquals("1.1", Keys.flatten(clipped).get("model.attention.zeta"));
        assertEquals(clipped, Keys.parse(LAPTOP, Keys.flatten(clipped)));
        assertEquals(clipped, Keys.parse(clipped, Map.of("model.attention", "clipped-softmax")));
        assertEquals(
                "model.attention.n is not a key of model.attention = clipped-softmax; its keys are "
                        + "model.attention.gamma, model.attention.zeta",
                Refusal.of(() -> Keys.parse(clipped, Map.of("model.attention.n", "2"))));
        assertEquals(
                "model.attention.n is not a key of model.attention = softmax, which has none",
                Refusal.of(() -> Keys.parse(LAPTOP, Map.of("model.attention.n", "2"))));
    }

    @Test
    void theSameOptimizerKeepsTheScalesSettings() {
        assertEquals(
                LAPTOP.optimizer(),
                Keys.parse(LAPTOP, Map.of("optimizer.name", "adamw")).optimizer());
    }

    @Test
    void listsAreSortedAndMayBeEmpty() {
        RunSpec spec = Keys.parse(LAPTOP, Map.of("model.layers", "3", "model.attentionOff", "2,0"));
        assertEquals(List.of(0, 2), spec.model().attentionOff());
        assertEquals("0,2", Keys.flatten(spec).get("model.attentionOff"));
        assertEquals(
                List.of(),
                Keys.parse(spec, Map.of("model.attentionOff", "")).model().attentionOff());
    }

    @Test
    void keysThatDependOnEachOtherMayComeInAnyOrder() {
        RunSpec spec = Keys.parse(LAPTOP, Keys.overrides(List.of("model.heads=3", "model.width=96")));
        assertEquals(32, spec.model().headWidth());
    }

    @Test
    void emptyStandsForTheDefaultWhereThereIsOne() {
        RunSpec spec = Keys.parse(LAPTOP, Map.of("record.every", "7"));
        assertEquals(7, spec.record().every());
        assertEquals(LAPTOP, Keys.parse(spec, Map.of("record.every", "")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "train.steps | -3 | train.steps = -3 is below 0",
                "train.steps | 2.5 | train.steps = 2.5 is not a whole number",
                "train.steps | 99999999999999999999 | train.steps = 99999999999999999999 is above 9223372036854775807",
                "train.threads | 2147483648 | train.threads = 2147483648 is above 2147483647",
                "train.freshBatches | -1 | train.freshBatches = -1 is below 0",
                "train.zLoss | -1 | train.zLoss = -1.0 is below 0",
                "train.decorrelation | 1 | train.decorrelation = 1.0 has nothing to act on: it leaves out the last layer, and model.layers = 1",
                "task.randomTokens | 64 | task.randomTokens = 64 is not between 0 and 63, what task.bosCount leaves of task.sequenceLength",
                "task.fixedPosition | 0 | task.fixedPosition = 0 is not between task.bosCount = 1 and 63",
                "train.batchSize | 0 | train.batchSize = 0 is below 1",
                "train.backend | gpu | train.backend = gpu is not one of auto, cpu, cuda, reference",
                "train.from | abc | train.from = abc is not of the form RUN@STEP",
                "train.from | abc@ | train.from = abc@ is not of the form RUN@STEP",
                "model.width | abc | model.width = abc is not a whole number",
                "model.width | '' | model.width is empty",
                "model.heads | 3 | model.width = 64 is not a multiple of model.heads = 3",
                "model.normEpsilon | NaN | model.normEpsilon = NaN is not a number",
                "model.normEpsilon | 1e999 | model.normEpsilon = 1e999 is above 1.7976931348623157E308",
                "model.normEpsilon | 0x1p3 | model.normEpsilon = 0x1p3 is not a number",
                "model.normEpsilon | 1f | model.normEpsilon = 1f is not a number",
                "model.attentionOff | 0;2 | model.attentionOff = 0;2 is not a list of whole numbers such as 0,2",
                "model.attentionOff | '0,' | model.attentionOff = 0, is not a list of whole numbers such as 0,2",
                "model.attentionOff | 1 | model.attentionOff = 1 is not a layer between 0 and 0",
                "model.attention.n | 2 | model.attention.n is not a key of model.attention = softmax, which has none",
                "model.mask | window | model.mask = window needs model.maskSize, 1 or more",
                "model.maskSize | 3 | model.maskSize = 3 is no key of model.mask = causal",
                "model.keyBiasValue | 3 | model.keyBiasValue = 3 is no key of model.keyBias = none",
                "model.gateBias | 3 | model.gateBias = 3.0 is no key of model.gate = none",
                "model.gate | open | model.gate = open is not one of none, elementwise, headwise, per-head, per-head-mlp, value, input, value-state, value-state-output",
                "model.valueResidual | 1 | model.valueResidual = 1.0 is not from 0 on and below 1",
                "model.sinkTokens | -1 | model.sinkTokens = -1 is below 0",
                "record.every | -1 | record.every = -1 is below 0",
                "record.probes | ranks | record.probes = ranks is not all or a list of sink-score, massive, secondary-sinks, geometry, head-output, rank, gradient-sink, mixing",
                "checkpoint.every | -1 | checkpoint.every = -1 is below 0",
                "evaluation.sequences | -1 | evaluation.sequences = -1 is below 0",
                "optimizer.name | adagrad | optimizer.name = adagrad is not one of adamw, sgd, adam, sgdw, nesterov, sign-sgd, rmsprop, lion, muon, ortho-adam, shampoo, soap",
                "optimizer.beta1 | 1 | optimizer.beta1 = 1.0 is not between 0.0 and 0.9999999999999999",
                "optimizer.momentum | 0.9 | optimizer.momentum is not a key of optimizer.name = adamw; its keys are optimizer.learningRate, optimizer.beta1, optimizer.beta2, optimizer.epsilon, optimizer.weightDecay, optimizer.schedule, optimizer.warmup, optimizer.horizon, optimizer.floor, optimizer.clip, optimizer.rates",
                "optimizer.schedule | linear | optimizer.schedule = linear is not one of constant, cosine",
                "optimizer.warmup | -1 | optimizer.warmup = -1 is below 0",
                "optimizer.floor | 0.1 | optimizer.floor belongs to optimizer.schedule = cosine",
                "optimizer.horizon | 100 | optimizer.horizon belongs to optimizer.schedule = cosine",
                "optimizer.clip | 0 | optimizer.clip = 0.0 is not above 0",
                "optimizer.rates | embedding | optimizer.rates = embedding is not a list of group:factor such as embedding:0.1,mlp.up:2",
                "optimizer.rates | mlp:-1 | optimizer.rates = mlp:-1 is not a list of group:factor such as embedding:0.1,mlp.up:2",
                "task.prefix | random | task.prefix = random is not one of drawn, shuffled, fixed",
                "task.prefixLength | 63 | task.sequenceLength = 64 leaves no room after task.prefixLength = 63",
                "task.name | icl | task.name = icl is not one of bigram-backcopy, bigram-skip, bigram-induction, markov, trigger-mean",
                "task.delimiterProbability | 1 | task.delimiterProbability = 1.0 is not from 0 on and below 1",
                "model.layres | 3 | model.layres is not a key; did you mean model.layers?",
                "every | 3 | every is not a key; did you mean record.every or checkpoint.every?",
                "seed | 3 | seed is not a key; did you mean train.seed?",
            })
    void refusesInOneLine(String key, String value, String message) {
        assertEquals(message, Refusal.of(() -> Keys.parse(LAPTOP, Map.of(key, value))));
    }

    @Test
    void refusesAValueThatWouldBreakTheLine() {
        assertEquals(
                "task.corpus has a control character in its value",
                Refusal.of(() -> Keys.parse(LAPTOP, Map.of("task.corpus", "a\nb"))));
    }

    @Test
    void refusesAnInterventionOutsideTheModel() {
        assertEquals(
                "intervention.layer = 1 is not below model.layers = 1",
                Refusal.of(
                        () -> Keys.parse(LAPTOP, Map.of("intervention.kind", "zero-mlp", "intervention.layer", "1"))));
    }

    @Test
    void refusesAnMlpOfHeadsThatAreTooNarrowForIt() {
        Map<String, String> narrow = Map.of("model.heads", "32", "model.width", "64", "model.gate", "per-head-mlp");
        assertEquals(
                "model.gate = per-head-mlp needs heads of 4 numbers or more; model.width / model.heads = 2",
                Refusal.of(() -> Keys.parse(LAPTOP, narrow)));
    }

    @Test
    void refusesAnInterventionThatDoesNotGoWithWhatIsAroundAttention() {
        RunSpec gated = Keys.parse(LAPTOP, Map.of("model.gate", "headwise"));
        Keys.parse(gated, Map.of("intervention.kind", "bos-pattern"));
        assertEquals(
                "intervention.kind = clamp-value does not go with model.gate = headwise",
                Refusal.of(() -> Keys.parse(gated, Map.of("intervention.kind", "clamp-value"))));
        RunSpec biased = Keys.parse(LAPTOP, Map.of("model.keyBias", "shared"));
        assertEquals(
                "intervention.kind = bos-pattern does not go with model.keyBias = shared",
                Refusal.of(() -> Keys.parse(biased, Map.of("intervention.kind", "bos-pattern"))));
        Keys.parse(biased, Map.of("intervention.kind", "zero-mlp"));
    }

    @Test
    void aNormHasOneText() {
        RunSpec one = Keys.parse(LAPTOP, Map.of("model.keyBias", "shared", "model.keyBiasValue", "20.0"));
        assertEquals("20", one.model().surroundings().keyBiasValue());
        assertEquals(
                "model.keyBiasValue = 1e3 is neither learned nor a norm such as 2.5",
                Refusal.of(() -> Keys.parse(one, Map.of("model.keyBiasValue", "1e3"))));
    }

    @Test
    void refusesAnInterventionOnAttentionThatIsNotThere() {
        RunSpec none = Keys.parse(LAPTOP, Map.of("model.attentionOff", "0"));
        assertEquals(
                "intervention.layer = 0 has no attention: it is in model.attentionOff",
                Refusal.of(() -> Keys.parse(none, Map.of("intervention.kind", "clamp-value"))));
        Keys.parse(none, Map.of("intervention.kind", "zero-mlp"));
        Keys.parse(none, Map.of("intervention.kind", "quantize-token"));
    }

    @Test
    void aLevelMayBeLeftOut() {
        assertEquals("", Keys.flatten(LAPTOP).get("intervention.level"));
        RunSpec set = Keys.parse(LAPTOP, Map.of("intervention.kind", "clamp-value", "intervention.level", "1.50"));
        assertEquals("1.5", Keys.flatten(set).get("intervention.level"));
        assertEquals(
                "",
                Keys.flatten(Keys.parse(set, Map.of("intervention.level", ""))).get("intervention.level"));
        assertEquals(
                "intervention.level = high is not a number",
                Refusal.of(() -> Keys.parse(LAPTOP, Map.of("intervention.level", "high"))));
    }

    @Test
    void argumentsSplitAtTheFirstEqualsSign() {
        assertEquals(Map.of("a", "b=c", "d", ""), Keys.overrides(List.of("a=b=c", "d=")));
        assertEquals("abc is not of the form key=value", Refusal.of(() -> Keys.overrides(List.of("abc"))));
        assertEquals("a is given twice", Refusal.of(() -> Keys.overrides(List.of("a=1", "a=1"))));
    }

    @Test
    void numbersPrintShortAndReadBackTheSame() {
        assertEquals("3e-4", KeyValue.print(3e-4));
        assertEquals("0.03", KeyValue.print(0.03));
        assertEquals("1500", KeyValue.print(1500));
        assertEquals("1e7", KeyValue.print(1e7));
        assertEquals("-1.25e-5", KeyValue.print(-1.25e-5));
        assertEquals("2e23", KeyValue.print(2e23)); // Java 17's Double.toString has more digits
        assertEquals("0", KeyValue.print(-0.0));
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            if (!Double.isFinite(value)) continue;
            String text = KeyValue.print(value);
            assertEquals(value, Double.parseDouble(text), text);
            assertTrue(text.length() <= 24, text);
        }
        assertNotEquals(KeyValue.print(0.1), KeyValue.print(Math.nextUp(0.1)));
    }
}
