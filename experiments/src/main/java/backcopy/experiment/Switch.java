package backcopy.experiment;

import java.util.ArrayList;
import java.util.List;

/**
 * One line of the mitigation table.
 *
 * @param group what kind of switch it is
 * @param name as the table prints it
 * @param keys what makes it different from softmax attention trained by AdamW, {@code key=value}
 * @param claims what was published of it, where that has a direction
 */
record Switch(String group, String name, List<String> keys, List<Claim> claims) {
    /**
     * A published direction.
     *
     * @param grows whether the signature's value grows; else it shrinks
     * @param published number and source
     */
    record Claim(SwitchSignature signature, boolean grows, String published) {}

    static Switch of(String group, String name, String... keys) {
        return new Switch(group, name, List.of(keys), List.of());
    }

    /** And the published direction that a value grows. */
    Switch grows(SwitchSignature signature, String published) {
        return with(new Claim(signature, true, published));
    }

    /** And the published direction that a value shrinks. */
    Switch shrinks(SwitchSignature signature, String published) {
        return with(new Claim(signature, false, published));
    }

    private Switch with(Claim claim) {
        List<Claim> more = new ArrayList<>(claims);
        more.add(claim);
        return new Switch(group, name, keys, more);
    }
}
