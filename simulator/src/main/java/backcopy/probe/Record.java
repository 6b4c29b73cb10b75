package backcopy.probe;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the probes found at one step: named numbers and named arrays, in the order they were given. A number is NaN when
 * the batch has nothing to take the mean of (no triggers, say).
 */
public final class Record {
    private final Map<String, Double> numbers = new LinkedHashMap<>();
    private final Map<String, Observable> arrays = new LinkedHashMap<>();

    public void number(String name, double value) {
        if (numbers.putIfAbsent(name, value) != null)
            throw new IllegalArgumentException("the number " + name + " is recorded twice");
    }

    public void array(Observable observable) {
        if (arrays.putIfAbsent(observable.name(), observable) != null)
            throw new IllegalArgumentException("the array " + observable.name() + " is recorded twice");
    }

    /** The numbers in order; unmodifiable. */
    public Map<String, Double> numbers() {
        return Collections.unmodifiableMap(numbers);
    }

    /** The arrays in order. */
    public List<Observable> arrays() {
        return new ArrayList<>(arrays.values());
    }

    public double number(String name) {
        Double value = numbers.get(name);
        if (value == null) throw new IllegalArgumentException("no number " + name + " is recorded");
        return value;
    }

    public Observable array(String name) {
        Observable observable = arrays.get(name);
        if (observable == null) throw new IllegalArgumentException("no array " + name + " is recorded");
        return observable;
    }
}
