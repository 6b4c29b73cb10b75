package backcopy.pretrained;

import com.fasterxml.jackson.databind.JsonNode;

/** The keys of a {@code config.json}, each checked when it is asked for. */
record Config(JsonNode keys) {
    private static final int LARGEST = 1 << 24;

    /** Whether a key is there and not null. */
    boolean has(String key) {
        return !keys.path(key).isMissingNode() && !keys.path(key).isNull();
    }

    /** A whole number from 1 on. */
    int count(String key) {
        if (!has(key)) throw new IllegalArgumentException(key + " is missing");
        JsonNode value = keys.path(key);
        if (!value.isInt() || value.intValue() < 1 || value.intValue() > LARGEST)
            throw new IllegalArgumentException(key + " = " + value + " is not a whole number from 1 to " + LARGEST);
        return value.intValue();
    }

    int count(String key, int otherwise) {
        return has(key) ? count(key) : otherwise;
    }

    /** A finite number above 0. */
    double positive(String key) {
        if (!has(key)) throw new IllegalArgumentException(key + " is missing");
        JsonNode value = keys.path(key);
        if (!value.isNumber() || !(value.doubleValue() > 0) || Double.isInfinite(value.doubleValue()))
            throw new IllegalArgumentException(key + " = " + value + " is not a positive number");
        return value.doubleValue();
    }

    double positive(String key, double otherwise) {
        return has(key) ? positive(key) : otherwise;
    }

    boolean flag(String key, boolean otherwise) {
        if (!has(key)) return otherwise;
        if (!keys.path(key).isBoolean())
            throw new IllegalArgumentException(key + " = " + keys.path(key) + " is not true or false");
        return keys.path(key).booleanValue();
    }

    String text(String key, String otherwise) {
        if (!has(key)) return otherwise;
        if (!keys.path(key).isTextual())
            throw new IllegalArgumentException(key + " = " + keys.path(key) + " is no text");
        return keys.path(key).textValue();
    }

    /** The keys below a key that is there. */
    Config inside(String key) {
        if (!keys.path(key).isObject())
            throw new IllegalArgumentException(key + " = " + keys.path(key) + " is not an object");
        return new Config(keys.path(key));
    }

    /** Refuses a key that is set to anything but what is done here. */
    void require(String key, boolean only) {
        if (flag(key, only) != only) throw new IllegalArgumentException(key + " = " + !only + " is not supported");
    }
}
