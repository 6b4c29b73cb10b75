package backcopy.run;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;

/**
 * What a run ran on. Given the same spec, commit, backend and vector width, the bits are the same.
 *
 * @param commit of the program, or {@code unknown}
 * @param java version and vendor
 * @param os system and version
 * @param cpu model and cores
 * @param backend the backend's description of itself: precision, instruction set, device
 * @param vectorBits width of its vectors
 */
public record Provenance(String commit, String java, String os, String cpu, String backend, int vectorBits) {
    /** One text such as {@code java 25 instead of 17} for each difference. */
    List<String> changesFrom(Provenance before) {
        List<String> changes = new ArrayList<>();
        for (RecordComponent component : Provenance.class.getRecordComponents()) {
            Object now = value(component, this);
            Object then = value(component, before);
            if (!now.equals(then)) changes.add(component.getName() + " " + now + " instead of " + then);
        }
        return changes;
    }

    private static Object value(RecordComponent component, Provenance provenance) {
        try {
            return component.getAccessor().invoke(provenance);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(component + " cannot be read", e);
        }
    }
}
