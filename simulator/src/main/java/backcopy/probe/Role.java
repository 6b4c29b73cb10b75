package backcopy.probe;

import backcopy.task.Task;
import java.util.Locale;

/** What a position is to the sink: itself, a trigger, or one of the others. */
enum Role {
    BOS,
    OTHERS,
    TRIGGERS;

    /** Position 0 is {@code BOS} whatever its token. */
    static Role of(Task task, int token, int position) {
        if (position == 0) return BOS;
        return task.isTrigger(token) ? TRIGGERS : OTHERS;
    }

    /** As the names of numbers have it. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
