package backcopy.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a file of weights tells of its model by the shapes in it and by what is missing, and what it cannot tell.
 *
 * @param path the file, for errors
 */
record WeightShapes(Map<String, Tensor> tensors, Path path) {
    private static final String MLP_GATE = "layers\\.[0-9]{1,4}\\.mlp\\..*";

    /**
     * The keys that no shape tells and that have no value which stands for nothing, so that a guess would be another model. What
     * stands around attention is told by its own weights or off unless it is given.
     *
     * @param given keys as typed
     * @param defaults for the others
     */
    List<String> untold(Map<String, String> given, RunSpec defaults) {
        Map<String, String> task = new LinkedHashMap<>(given);
        task.keySet().retainAll(Set.of("task.name"));
        List<String> keys = new ArrayList<>(List.of("model.attention", "model.heads"));
        if (!tensors.containsKey("embedding.position")) keys.add("model.position");
        if (tensors.keySet().stream().anyMatch(name -> name.matches(MLP_GATE))) keys.add("model.mlp");
        keys.add("task.corpus");
        keys.add("task.triggers");
        keys.retainAll(Keys.flatten(Keys.parse(defaults, task)).keySet()); // a vector task has no corpus
        keys.removeAll(given.keySet());
        return keys;
    }

    /**
     * The keys that the shapes decide.
     *
     * @param given keys as typed, which say how positions enter
     * @throws IllegalArgumentException when the file has no sizes to tell
     */
    Map<String, String> keys(Map<String, String> given) {
        Map<String, String> keys = new LinkedHashMap<>();
        Tensor position = tensors.get("embedding.position");
        boolean isLearned = given.getOrDefault("model.position", "learned").equals("learned");
        if (isLearned && (position == null || position.shape().length != 2))
            throw new IllegalArgumentException(path + " has no embedding.position [length, width]");
        if (isLearned) keys.put("task.sequenceLength", Integer.toString(position.shape()[0]));
        Tensor query = tensors.get("layers.0.attention.query.weight"); // vectors have no table
        Tensor width = isLearned ? position : tensors.getOrDefault("embedding.token", query);
        if (width == null || width.shape().length != 2)
            throw new IllegalArgumentException(path + " has no embedding.token [vocabulary, width]");
        keys.put("model.width", Integer.toString(width.shape()[1]));
        keys.putAll(norms());
        int layers = 1;
        for (String name : tensors.keySet())
            if (name.matches("layers\\.[0-9]{1,4}\\..*"))
                layers = Math.max(layers, 1 + Integer.parseInt(name.split("\\.")[1]));
        keys.put("model.layers", Integer.toString(layers));
        StringBuilder noAttention = new StringBuilder(), noMlp = new StringBuilder();
        for (int n = 0; n < layers; n++) {
            Tensor up = tensors.get("layers." + n + ".mlp.up.weight");
            if (up != null && up.shape().length == 2) keys.put("model.mlpWidth", Integer.toString(up.shape()[0]));
            if (!anyStartsWith("layers." + n + ".mlp."))
                noMlp.append(noMlp.isEmpty() ? "" : ",").append(n);
            if (!anyStartsWith("layers." + n + ".attention."))
                noAttention.append(noAttention.isEmpty() ? "" : ",").append(n);
        }
        keys.put("model.attentionOff", noAttention.toString());
        keys.put("model.mlpOff", noMlp.toString());
        return keys;
    }

    /** Kind and place of the norms, by the weights that only they have. */
    private Map<String, String> norms() {
        boolean gain = anyEndsWith(".gain"), bias = anyEndsWith(".bias");
        boolean sandwich = tensors.keySet().stream().anyMatch(name -> name.contains(".output_norm."));
        boolean post = gain && !anyStartsWith("final_norm.");
        String kind = anyEndsWith(".alpha") ? "dyt" : bias ? "layer-norm" : gain ? "rms-norm" : "none";
        return Map.of("model.norm", kind, "model.normPlacement", sandwich ? "sandwich" : post ? "post" : "pre");
    }

    /** Of the norms of the residual stream; those of heads have names of their own. */
    private boolean anyEndsWith(String weight) {
        return tensors.keySet().stream()
                .anyMatch(name -> name.matches("(.*\\.)?(output_|final_)?norm\\..*") && name.endsWith(weight));
    }

    /** A part with some of its weights is there, so that the others are missed by name. */
    private boolean anyStartsWith(String prefix) {
        return tensors.keySet().stream().anyMatch(name -> name.startsWith(prefix));
    }
}
