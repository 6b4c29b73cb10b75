package backcopy.backend;

import java.util.Set;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Skips whatever carries {@code @Tag("gpu")}, and prints why, unless the build was started with
 * {@code -Dbackcopy.require=cuda}. With that property nothing is skipped: a machine without a device fails the tests.
 */
public final class GpuCondition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        ConditionEvaluationResult result = decide(context.getTags(), System.getProperty("backcopy.require", ""));
        if (result.isDisabled()) {
            System.out.println("skipped " + context.getDisplayName() + ": "
                    + result.getReason().orElseThrow());
        }
        return result;
    }

    static ConditionEvaluationResult decide(Set<String> tags, String required) {
        if (tags.contains("gpu") && !required.equals("cuda")) {
            return ConditionEvaluationResult.disabled("it needs a GPU; run with -Dbackcopy.require=cuda on one");
        }
        return ConditionEvaluationResult.enabled("nothing here needs a device that was not asked for");
    }
}
