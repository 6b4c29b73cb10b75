package backcopy.run;

import backcopy.attention.AttentionKinds;
import backcopy.backend.RowRule;
import backcopy.model.InterventionSpec;
import backcopy.model.ModelSpec;
import backcopy.optim.Optimizer;
import backcopy.optim.Optimizers;
import backcopy.optim.Schedule;
import backcopy.task.TaskSpec;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The dotted names of a {@link RunSpec}'s components, such as {@code model.layers}, and their values as text. A new
 * component is a new key by itself. The optimizer is named by {@code optimizer.name}; its other keys are the components of
 * its own record and of the schedule, which all optimizers have. The task is named by {@code task.name}; it may lack some of
 * the other components. The attention kind is named by {@code model.attention}; its numbers are {@code model.attention.*}.
 * A record within a part brings further keys of that part.
 */
public final class Keys {
    private static final String OPTIMIZER_NAME = "optimizer.name";
    private static final String TASK_NAME = "task.name";
    private static final String INTERVENTION = "intervention.kind";
    private static final String ATTENTION = "model.attention";
    /** Lists that their records keep as texts. */
    private static final Set<String> LISTS = Set.of("optimizer.rates", "record.updates", "record.probes");

    private Keys() {}

    /** Every key with its value, in the order of declaration. {@link #parse} gives the same spec back. */
    public static Map<String, String> flatten(RunSpec spec) {
        Map<String, String> values = new LinkedHashMap<>();
        for (RecordComponent part : RunSpec.class.getRecordComponents())
            flatten(prefix(part), (Record) get(part, spec), values);
        return values;
    }

    /**
     * The defaults with some keys replaced. Another {@code optimizer.name} brings that optimizer's own defaults, another
     * {@code task.name} keeps what both tasks have. Another {@code model.attention} brings that kind's own numbers.
     *
     * @param overrides key to value as typed, in any order
     * @throws IllegalArgumentException on an unknown key or a bad value, in one line
     */
    public static RunSpec parse(RunSpec defaults, Map<String, String> overrides) {
        RunSpec base = new RunSpec(
                defaults.task()
                        .as(overrides.getOrDefault(TASK_NAME, defaults.task().name())),
                attention(defaults.model(), overrides.get(ATTENTION)),
                optimizer(defaults.optimizer(), overrides.get(OPTIMIZER_NAME)),
                defaults.schedule(),
                defaults.train(),
                defaults.record(),
                defaults.checkpoint(),
                defaults.evaluation(),
                overrides.getOrDefault(INTERVENTION, "").equals("none")
                        ? InterventionSpec.NONE
                        : defaults.intervention());
        Set<String> known = flatten(base).keySet();
        overrides.forEach((key, value) -> {
            if (!known.contains(key)) throw unknown(key, known, base);
            if (value.chars().anyMatch(Character::isISOControl))
                throw new IllegalArgumentException(key + " has a control character in its value");
        });
        List<Object> parts = new ArrayList<>();
        for (RecordComponent part : RunSpec.class.getRecordComponents())
            parts.add(parse(prefix(part), (Record) get(part, base), overrides));
        return construct(RunSpec.class, parts);
    }

    /** An optimizer's own settings by the last words of their keys. */
    public static Map<String, String> settings(Optimizer optimizer) {
        Map<String, String> values = new LinkedHashMap<>();
        for (RecordComponent component : optimizer.getClass().getRecordComponents())
            values.put(component.getName(), KeyValue.print(component, get(component, optimizer)));
        return values;
    }

    /** The numbers of an attention kind by their keys; empty for most kinds. */
    public static Map<String, String> numbers(RowRule kind) {
        Map<String, String> values = new LinkedHashMap<>();
        for (RecordComponent component : kind.getClass().getRecordComponents())
            if (component.getType() == double.class)
                values.put(ATTENTION + "." + component.getName(), KeyValue.print(component, get(component, kind)));
        return values;
    }

    /**
     * Arguments of the form {@code key=value} by key.
     *
     * @throws IllegalArgumentException on another form or a key that is given twice
     */
    public static Map<String, String> overrides(List<String> arguments) {
        Map<String, String> overrides = new LinkedHashMap<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (equals < 1) throw new IllegalArgumentException(argument + " is not of the form key=value");
            String key = argument.substring(0, equals);
            if (overrides.put(key, argument.substring(equals + 1)) != null)
                throw new IllegalArgumentException(key + " is given twice");
        }
        return overrides;
    }

    /** Whether a key's value is a list, with commas between its items. */
    public static boolean isList(String key) {
        if (LISTS.contains(key)) return true;
        return Arrays.stream(RunSpec.class.getRecordComponents())
                .filter(part -> part.getType().isRecord())
                .anyMatch(part -> Arrays.stream(part.getType().getRecordComponents())
                        .anyMatch(component -> component.getType() == List.class
                                && key.equals(prefix(part) + "." + component.getName())));
    }

    /** What the keys of a part begin with: its name, but that the schedule's are the optimizer's. */
    private static String prefix(RecordComponent part) {
        return part.getType() == Schedule.class ? "optimizer" : part.getName();
    }

    private static void flatten(String prefix, Record part, Map<String, String> values) {
        if (part instanceof Optimizer optimizer) values.put(OPTIMIZER_NAME, optimizer.name());
        for (RecordComponent component : part.getClass().getRecordComponents())
            if (get(component, part) instanceof RowRule kind) {
                values.put(ATTENTION, kind.name());
                values.putAll(numbers(kind));
            } else if (get(component, part) instanceof Record nested) {
                flatten(prefix, nested, values);
            } else if (!(part instanceof TaskSpec task) || task.kind().has(component.getName()))
                values.put(prefix + "." + component.getName(), KeyValue.print(component, get(component, part)));
    }

    private static Record parse(String prefix, Record defaults, Map<String, String> overrides) {
        List<Object> values = new ArrayList<>();
        for (RecordComponent component : defaults.getClass().getRecordComponents()) {
            String key = prefix + "." + component.getName();
            String text = overrides.get(key);
            Object current = get(component, defaults);
            if (current instanceof RowRule kind) values.add(parse(key, (Record) kind, overrides));
            else if (current instanceof Record nested) values.add(parse(prefix, nested, overrides));
            else values.add(text == null ? current : KeyValue.parse(key, component, text));
        }
        return construct(defaults.getClass(), values);
    }

    private static Optimizer optimizer(Optimizer current, String name) {
        if (name == null || name.equals(current.name())) return current;
        return Optimizers.ALL.stream()
                .filter(optimizer -> optimizer.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(OPTIMIZER_NAME + " = " + name + " is not one of "
                        + Optimizers.ALL.stream().map(Optimizer::name).collect(Collectors.joining(", "))));
    }

    /** The same model with the attention kind of that name; with its own numbers where it is another one. */
    private static ModelSpec attention(ModelSpec current, String name) {
        if (name == null || name.equals(current.attention().name())) return current;
        List<Object> values = new ArrayList<>();
        for (RecordComponent component : ModelSpec.class.getRecordComponents())
            values.add(component.getType() == RowRule.class ? AttentionKinds.of(name) : get(component, current));
        return construct(ModelSpec.class, values);
    }

    private static IllegalArgumentException unknown(String key, Set<String> known, RunSpec spec) {
        if (key.startsWith(ATTENTION + ".")) {
            RowRule kind = spec.model().attention();
            Set<String> own = numbers(kind).keySet();
            return new IllegalArgumentException(key + " is not a key of " + ATTENTION + " = " + kind.name()
                    + (own.isEmpty() ? ", which has none" : "; its keys are " + String.join(", ", own)));
        }
        if (key.startsWith("optimizer."))
            return unknown(key, known, OPTIMIZER_NAME, spec.optimizer().name());
        boolean isOtherTasks = Arrays.stream(TaskSpec.class.getRecordComponents())
                .anyMatch(component -> key.equals("task." + component.getName()));
        if (isOtherTasks) return unknown(key, known, TASK_NAME, spec.task().name());
        return new IllegalArgumentException(
                key + " is not a key; did you mean " + String.join(" or ", Spelling.nearest(key, known)) + "?");
    }

    /** A key of another optimizer, or of another task. */
    private static IllegalArgumentException unknown(String key, Set<String> known, String nameKey, String name) {
        String part = nameKey.substring(0, nameKey.indexOf('.') + 1);
        return new IllegalArgumentException(key + " is not a key of " + nameKey + " = " + name + "; its keys are "
                + known.stream()
                        .filter(own -> own.startsWith(part) && !own.equals(nameKey))
                        .collect(Collectors.joining(", ")));
    }

    private static Object get(RecordComponent component, Object record) {
        try {
            return component.getAccessor().invoke(record);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new AssertionError(component + " cannot be read", e);
        }
    }

    private static <R> R construct(Class<R> type, List<Object> values) {
        Class<?>[] types = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        try {
            return type.getDeclaredConstructor(types).newInstance(values.toArray());
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refusal) throw refusal;
            throw new AssertionError(type + " failed", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(type + " cannot be made", e);
        }
    }
}
