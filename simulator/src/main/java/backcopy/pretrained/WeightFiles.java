package backcopy.pretrained;

import backcopy.file.Damage;
import backcopy.file.SafetensorsHeader;
import backcopy.file.SafetensorsHeader.Place;
import backcopy.file.StrictJson;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Which tensors a folder has, and where: of one {@code model.safetensors}, or of the shards that its index names. */
final class WeightFiles {
    static final String SINGLE = "model.safetensors", INDEX = "model.safetensors.index.json";
    private static final List<String> DTYPES =
            SafetensorsHeader.BYTES.keySet().stream().sorted().toList();
    /** More than any tensor has. */
    private static final int LARGEST_GIBIBYTES = 1 << 20;
    /** Bytes of a config or an index; those of the largest models have some hundred thousand. */
    private static final long LONGEST_JSON = 50_000_000;

    private WeightFiles() {}

    /** A tensor of a file. */
    record Located(Path file, long dataBegin, Place place) {}

    /**
     * All tensors by name.
     *
     * @throws IllegalArgumentException when a file is missing, damaged, or says something else than another
     */
    static Map<String, Located> of(Path folder) throws IOException {
        if (Files.isRegularFile(folder.resolve(SINGLE))) return tensors(folder.resolve(SINGLE));
        if (!Files.isRegularFile(folder.resolve(INDEX))) throw new IllegalArgumentException(whatElse(folder));
        return sharded(folder, json(folder.resolve(INDEX)));
    }

    /** The object in a JSON file. */
    static JsonNode json(Path file) throws IOException {
        long size = Files.size(file);
        if (size > LONGEST_JSON)
            throw new IllegalArgumentException(file + " has " + size + " bytes, too many for JSON");
        try {
            return StrictJson.object(Files.readAllBytes(file), "it");
        } catch (Damage damage) {
            throw new IllegalArgumentException(file + ": " + oneLine(damage.getMessage()));
        }
    }

    private static Map<String, Located> sharded(Path folder, JsonNode index) throws IOException {
        Path indexFile = folder.resolve(INDEX);
        JsonNode map = index.path("weight_map");
        if (!map.isObject() || map.isEmpty()) throw new IllegalArgumentException(indexFile + " has no weight_map");
        Map<String, String> fileOf = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : map.properties()) {
            String name = entry.getValue().asText();
            if (!entry.getValue().isTextual() || !name.matches("[A-Za-z0-9_-][A-Za-z0-9._-]*\\.safetensors"))
                throw new IllegalArgumentException(indexFile + " puts " + oneLine(entry.getKey()) + " into "
                        + entry.getValue() + ", which is not the name of a safetensors file");
            fileOf.put(entry.getKey(), name);
        }
        List<String> wrong = new ArrayList<>();
        Map<String, Located> all = new LinkedHashMap<>();
        for (String name : new TreeSet<>(fileOf.values())) {
            Path file = folder.resolve(name);
            if (!Files.isRegularFile(file)) {
                wrong.add(name + " is missing");
                continue;
            }
            tensors(file).forEach((tensor, located) -> {
                if (!fileOf.containsKey(tensor)) wrong.add(name + " has " + tensor + ", which the index does not know");
                else if (!fileOf.get(tensor).equals(name))
                    wrong.add(name + " has " + tensor + ", which the index puts into " + fileOf.get(tensor));
                else all.put(tensor, located);
            });
        }
        if (wrong.stream().noneMatch(reason -> reason.endsWith(" is missing")))
            fileOf.forEach((tensor, name) -> {
                if (!all.containsKey(tensor)) wrong.add(name + " lacks " + tensor);
            });
        if (!wrong.isEmpty())
            throw new IllegalArgumentException(indexFile + " and its files disagree: " + listed(wrong));
        return all;
    }

    private static Map<String, Located> tensors(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            SafetensorsHeader header = SafetensorsHeader.read(in, Files.size(file), DTYPES, LARGEST_GIBIBYTES);
            Map<String, Located> tensors = new LinkedHashMap<>();
            for (Place place : header.places()) tensors.put(place.name(), new Located(file, header.dataBegin(), place));
            return tensors;
        } catch (Damage damage) {
            throw damage.refusal(file.toString());
        }
    }

    /** Why a folder without safetensors files cannot be read. */
    private static String whatElse(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<String> names =
                    files.map(file -> file.getFileName().toString()).sorted().toList();
            for (String name : names) {
                if (name.endsWith(".bin") || name.endsWith(".pth") || name.endsWith(".pt"))
                    return folder + " has its weights in " + name
                            + ", a pickled file, which can run code when it is read; save it as " + SINGLE;
                if (name.endsWith(".gguf"))
                    return folder + " has its weights in " + name + ", which is quantized or of another layout; "
                            + SINGLE + " is needed";
            }
        }
        return folder + " has neither " + SINGLE + " nor " + INDEX;
    }

    /** Some names in one line. */
    static String listed(List<String> names) {
        int most = 40;
        String first = String.join(", ", names.subList(0, Math.min(most, names.size())));
        return oneLine(names.size() <= most ? first : first + " and " + (names.size() - most) + " more");
    }

    static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
