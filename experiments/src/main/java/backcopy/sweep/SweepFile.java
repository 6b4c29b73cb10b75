package backcopy.sweep;

import backcopy.run.Json;
import backcopy.run.Keys;
import backcopy.run.Reason;
import backcopy.run.RunStore;
import backcopy.run.Runner;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * A sweep in a YAML file: {@code name}, {@code scale}, {@code keys}, {@code zip}, {@code sample}, {@code seed}, all of them
 * optional; and, where a store wrote it, {@code cells}, each with its run, its steps and the keys that vary. A key's value is a text as on the command line, or a list of values.
 * Where the key itself is a list, a list is one value and a list of lists is several.
 */
public final class SweepFile {
    private static final Set<String> PARTS = Set.of("name", "scale", "keys", "zip", "sample", "seed", "cells");
    private static final String RUN = "run", STEPS = "steps", TRAIN_STEPS = "train.steps";
    /** A sweep of a hundred thousand cells. */
    private static final int LONGEST = 1 << 26;

    private final Path path;
    private final Map<String, Object> parts;

    private SweepFile(Path path, Map<String, Object> parts) {
        this.path = path;
        this.parts = parts;
    }

    /**
     * Reads {@code path}.
     *
     * @throws IllegalArgumentException when it cannot be read or is no such file, in one line that names it
     */
    public static SweepFile read(Path path) {
        if (!Files.isRegularFile(path))
            throw new IllegalArgumentException(path + (Files.exists(path) ? " is not a file" : " does not exist"));
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(LONGEST);
        YAMLFactory factory = YAMLFactory.builder().loaderOptions(options).build();
        try (YAMLParser yaml = factory.createParser(Files.readAllBytes(path))) {
            Object whole = yaml.nextToken() == null ? Map.of() : value(yaml);
            SweepFile file = new SweepFile(path, map("the file", whole));
            for (String part : file.parts.keySet())
                if (!PARTS.contains(part))
                    throw new IllegalArgumentException(part + " is not one of name, scale, keys, zip, sample, seed");
            return file;
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw new IllegalArgumentException(path + " line " + line + ": is not YAML: "
                    + e.getOriginalMessage().lines().findFirst().orElse(""));
        } catch (IOException e) {
            throw new IllegalArgumentException(path + " cannot be read: " + Reason.of(e));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
        }
    }

    /** What the file asks for; whatever is not in it is empty or 0. */
    public SweepSpec spec() {
        try {
            Map<String, List<String>> keys = new LinkedHashMap<>();
            keys("", map("keys", parts.getOrDefault("keys", Map.of())), keys);
            List<List<String>> zips = new ArrayList<>();
            for (Object zip : list("zip", parts.getOrDefault("zip", List.of())))
                zips.add(zip instanceof String text ? List.of(text.split(",")) : texts("zip", zip));
            return new SweepSpec(
                    text("name", parts.getOrDefault("name", "")),
                    text("scale", parts.getOrDefault("scale", "")),
                    keys,
                    zips,
                    Math.toIntExact(whole("sample", parts.getOrDefault("sample", "0"))),
                    whole("seed", parts.getOrDefault("seed", "0")));
        } catch (ArithmeticException | IllegalArgumentException e) {
            throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
        }
    }

    /** The sweep as it was planned. */
    Sweep sweep(RunStore store) {
        SweepSpec spec = spec();
        if (!parts.containsKey("cells")) throw new IllegalArgumentException(path + " has no cells");
        List<Cell> cells = new ArrayList<>();
        try {
            for (Object cell : list("cells", parts.get("cells"))) {
                Map<String, String> values = new LinkedHashMap<>();
                map("a cell", cell).forEach((key, value) -> values.put(key, text(key, value)));
                String run = values.remove(RUN);
                if (run == null) throw new IllegalArgumentException("a cell names no run");
                String steps = values.remove(STEPS); // missing in files of before it was kept
                Map<String, String> keys = new LinkedHashMap<>(values);
                if (steps != null) keys.put(TRAIN_STEPS, steps);
                cells.add(new Cell(run, values, Runner.resolved(Sweep.spec(spec, keys, store))));
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
        }
        return new Sweep(spec, cells);
    }

    /** What {@link #read} reads back. */
    static String text(Sweep sweep) {
        SweepSpec spec = sweep.spec();
        StringBuilder text =
                new StringBuilder("name: ").append(Json.line(spec.name())).append('\n');
        if (!spec.scale().isEmpty()) text.append("scale: ").append(spec.scale()).append('\n');
        text.append("keys:\n");
        spec.keys()
                .forEach((key, values) -> text.append("  ")
                        .append(Json.line(key))
                        .append(": ")
                        .append(Json.line(
                                Keys.isList(key)
                                        ? values.stream().map(SweepFile::items).toList()
                                        : values))
                        .append('\n'));
        text.append("zip: ").append(Json.line(spec.zips())).append('\n');
        text.append("sample: ").append(spec.sample()).append('\n');
        text.append("seed: ").append(spec.seed()).append('\n');
        text.append("cells:\n");
        for (Cell cell : sweep.cells()) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put(RUN, cell.run());
            line.put(STEPS, cell.spec().train().steps());
            line.putAll(cell.values());
            text.append("- ").append(Json.line(line)).append('\n');
        }
        return text.toString();
    }

    private static List<String> items(String list) {
        return list.isEmpty() ? List.of() : List.of(list.split(","));
    }

    /** Texts as they are written, lists, and maps by text. */
    private static Object value(YAMLParser yaml) throws IOException {
        if (yaml.currentToken() == JsonToken.START_OBJECT) {
            Map<String, Object> map = new LinkedHashMap<>();
            while (yaml.nextToken() != JsonToken.END_OBJECT) {
                String key = yaml.currentName();
                yaml.nextToken();
                if (map.put(key, value(yaml)) != null) throw new IllegalArgumentException(key + " is given twice");
            }
            return map;
        }
        if (yaml.currentToken() == JsonToken.START_ARRAY) {
            List<Object> list = new ArrayList<>();
            while (yaml.nextToken() != JsonToken.END_ARRAY) list.add(value(yaml));
            return list;
        }
        return yaml.currentToken() == JsonToken.VALUE_NULL ? "" : yaml.getText();
    }

    private static void keys(String prefix, Map<String, Object> map, Map<String, List<String>> keys) {
        map.forEach((name, value) -> {
            String key = prefix + name;
            if (value instanceof Map) keys(key + ".", map(key, value), keys);
            else if (keys.put(key, values(key, value)) != null)
                throw new IllegalArgumentException(key + " is given twice");
        });
    }

    private static List<String> values(String key, Object value) {
        if (value instanceof String text) return Values.of(key, text);
        List<?> items = list(key, value);
        if (Keys.isList(key)) {
            boolean several = items.stream().anyMatch(List.class::isInstance);
            return several
                    ? items.stream()
                            .map(item -> String.join(",", texts(key, item)))
                            .toList()
                    : List.of(String.join(",", texts(key, items)));
        }
        return texts(key, items).stream()
                .flatMap(item -> Values.item(key, item).stream())
                .toList();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(String what, Object value) {
        if (value instanceof Map<?, ?> map) return (Map<String, Object>) map;
        throw new IllegalArgumentException(what + " does not hold keys and values");
    }

    private static List<?> list(String what, Object value) {
        if (value instanceof List<?> list) return list;
        throw new IllegalArgumentException(what + " is not a list");
    }

    private static List<String> texts(String what, Object value) {
        return list(what, value).stream().map(item -> text(what, item)).toList();
    }

    private static String text(String what, Object value) {
        if (value instanceof String text) return text;
        throw new IllegalArgumentException(what + " is a list or a mapping where a value is due");
    }

    private static long whole(String what, Object value) {
        try {
            return Long.parseLong(text(what, value));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(what + " = " + value + " is not a whole number");
        }
    }
}
