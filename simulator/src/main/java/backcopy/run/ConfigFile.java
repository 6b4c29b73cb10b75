package backcopy.run;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keys in a YAML file, nested ({@code model:} over {@code layers: 3}) or dotted ({@code model.layers: 3}). Knows the line of
 * each, so that a refusal says where.
 */
public final class ConfigFile {
    private static final Pattern EXPONENT = Pattern.compile("(-?[0-9.]+)e(-?[0-9]+)");

    private final Path path;
    private final Map<String, String> values = new LinkedHashMap<>();
    private final Map<String, Integer> lines = new LinkedHashMap<>();

    private ConfigFile(Path path) {
        this.path = path;
    }

    /**
     * Reads {@code path}.
     *
     * @throws IllegalArgumentException when it cannot be read or is no such file, in one line that names it
     */
    public static ConfigFile read(Path path) {
        ConfigFile file = new ConfigFile(path);
        if (!Files.isRegularFile(path))
            throw new IllegalArgumentException(path + (Files.exists(path) ? " is not a file" : " does not exist"));
        try (YAMLParser yaml = new YAMLFactory().createParser(Files.readAllBytes(path))) {
            file.document(yaml);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(path + place(e.getLocation()) + ": is not YAML: "
                    + e.getOriginalMessage().lines().findFirst().orElse(""));
        } catch (IOException e) {
            throw new IllegalArgumentException(path + " cannot be read: " + Reason.of(e));
        }
        return file;
    }

    /** Writes every key of {@code spec}, nested; numbers so that every reader of YAML takes them for numbers. */
    static void write(Path path, RunSpec spec) throws IOException {
        Map<String, Map<String, String>> nested = new LinkedHashMap<>();
        Keys.flatten(spec).forEach((key, value) -> {
            int dot = key.indexOf('.');
            nested.computeIfAbsent(key.substring(0, dot), part -> new LinkedHashMap<>())
                    .put(key.substring(dot + 1), number(spec, key, value));
        });
        YAMLFactory yaml = YAMLFactory.builder()
                .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                .disable(YAMLGenerator.Feature.SPLIT_LINES)
                .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                .build();
        WholeFile.write(path, new YAMLMapper(yaml).writeValueAsString(nested));
    }

    /** YAML 1.1, which PyYAML reads, takes {@code 1e-8} for a text and {@code 1.0e-8} for a number. */
    private static String number(RunSpec spec, String key, String value) {
        Matcher number = EXPONENT.matcher(value);
        if (!number.matches()) return value;
        String mantissa = number.group(1).contains(".") ? number.group(1) : number.group(1) + ".0";
        String exponent = number.group(2).startsWith("-") ? number.group(2) : "+" + number.group(2);
        String written = mantissa + "e" + exponent;
        return Keys.parse(spec, Map.of(key, written)).equals(spec)
                ? written
                : value; // else it is a text that looks like one
    }

    /** Dotted key to value as it stands in the file. */
    public Map<String, String> values() {
        return Collections.unmodifiableMap(values);
    }

    /**
     * {@link Keys#parse} of this file's keys and, over them, {@code overrides}. A refusal of one of the file's keys names file
     * and line.
     */
    public RunSpec parse(RunSpec defaults, Map<String, String> overrides) {
        Map<String, String> both = new LinkedHashMap<>(values);
        both.putAll(overrides);
        try {
            return Keys.parse(defaults, both);
        } catch (IllegalArgumentException e) {
            String key = e.getMessage().split(" ", 2)[0];
            if (!values.containsKey(key) || overrides.containsKey(key)) throw e;
            throw new IllegalArgumentException(path + " line " + lines.get(key) + ": " + e.getMessage());
        }
    }

    private void document(YAMLParser yaml) throws IOException {
        JsonToken first = yaml.nextToken();
        if (first == null) return;
        if (first != JsonToken.START_OBJECT) throw refusal(yaml, "does not hold keys and values");
        mapping(yaml, "");
        if (yaml.nextToken() != null) throw refusal(yaml, "a second document begins");
    }

    private void mapping(YAMLParser yaml, String prefix) throws IOException {
        while (yaml.nextToken() != JsonToken.END_OBJECT) {
            String key = prefix + yaml.currentName();
            int line = yaml.currentTokenLocation().getLineNr();
            if (key.chars().anyMatch(Character::isISOControl)) throw refusal(yaml, "a key has a control character");
            switch (yaml.nextToken()) {
                case START_OBJECT -> mapping(yaml, key + ".");
                case START_ARRAY -> put(yaml, key, String.join(",", sequence(yaml, key)), line);
                default -> put(yaml, key, scalar(yaml, key), line);
            }
        }
    }

    private List<String> sequence(YAMLParser yaml, String key) throws IOException {
        List<String> items = new ArrayList<>();
        while (yaml.nextToken() != JsonToken.END_ARRAY) {
            if (!yaml.currentToken().isScalarValue()) throw refusal(yaml, key + " is a list of lists or mappings");
            items.add(scalar(yaml, key));
        }
        return items;
    }

    /** The scalar as written: {@code 1e-4} stays so, and an empty or null value is the empty text. */
    private String scalar(YAMLParser yaml, String key) throws IOException {
        if (yaml.isCurrentAlias()) throw refusal(yaml, key + " is an alias; write its value");
        return yaml.currentToken() == JsonToken.VALUE_NULL ? "" : yaml.getText();
    }

    private void put(YAMLParser yaml, String key, String value, int line) {
        Integer before = lines.put(key, line);
        if (before != null) throw refusal(yaml, key + " is given twice, first on line " + before);
        values.put(key, value);
    }

    private IllegalArgumentException refusal(JsonParser yaml, String reason) {
        return new IllegalArgumentException(path + place(yaml.currentTokenLocation()) + ": " + reason);
    }

    private static String place(JsonLocation location) {
        return location == null ? "" : " line " + location.getLineNr();
    }
}
