package backcopy.backend.cuda;

import backcopy.backend.ElementwiseRule;
import backcopy.backend.RowRule;
import backcopy.backend.TrainedRule;
import backcopy.backend.UpdateRule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A CUDA source, put together from {@code .cu} files: ours, and those that lie beside the classes of attention kinds and
 * optimizers under the names that a user types.
 */
record KernelSource(String name, String text) {
    /** The operations that are not matrix products. */
    static KernelSource operations() {
        return new KernelSource(
                "operations",
                Stream.of("warps", "views", "operations", "around", "interventions")
                        .map(file -> own(file + ".cu"))
                        .collect(Collectors.joining()));
    }

    /**
     * An attention kind at its numbers.
     *
     * @throws IllegalArgumentException when it has no {@code .cu} file
     */
    static KernelSource of(RowRule rule) {
        String row = rule instanceof ElementwiseRule elementwise
                ? elementwise(elementwise)
                : beside(rule.getClass(), rule.name(), "model.attention = " + rule.name());
        String trained = rule instanceof TrainedRule ? "#define TRAINED\n" : "";
        return new KernelSource(
                rule.name(),
                trained
                        + own("warps.cu")
                        + own("views.cu")
                        + own("threshold.cu")
                        + numbers(rule)
                        + row
                        + own("rows.cu"));
    }

    /** A kind by its function, which several kinds may share. */
    private static String elementwise(ElementwiseRule rule) {
        return "#define NORMALIZER " + rule.normalizer().ordinal() + "\n"
                + beside(rule.getClass(), rule.function(), "model.attention = " + rule.name()) + own("elementwise.cu");
    }

    /** The kind's numbers as constants {@code number::...}; a trained one comes with the launch. */
    private static String numbers(RowRule rule) {
        StringBuilder constants = new StringBuilder("namespace number {\n");
        RecordComponent[] components = rule.getClass().getRecordComponents();
        for (int c = 0; components != null && c < components.length && !(rule instanceof TrainedRule); c++)
            if (components[c].getType() == double.class) {
                String number = components[c].getName();
                constants
                        .append("__device__ const float ")
                        .append(number)
                        .append(" = ")
                        .append((float) rule.number(number))
                        .append("f;\n");
            }
        return constants.append("}\n").toString();
    }

    /**
     * An optimizer.
     *
     * @throws IllegalArgumentException when it has no {@code .cu} file
     */
    static KernelSource of(UpdateRule rule) {
        String update = beside(rule.getClass(), rule.name(), "optimizer.name = " + rule.name());
        StringBuilder head = new StringBuilder(
                "#define MOMENTS " + rule.moments().size() + "\nstruct Coefficients {\n    double none;\n");
        for (String coefficient : new TreeMap<>(rule.coefficients()).keySet())
            head.append("    double ").append(coefficient).append(";\n");
        return new KernelSource(rule.name(), head + "};\n" + update + own("updates.cu"));
    }

    /** What fills the struct that {@link #of(UpdateRule)} declares. */
    static long[] coefficients(UpdateRule rule) {
        TreeMap<String, Double> sorted = new TreeMap<>(rule.coefficients());
        long[] members = new long[1 + sorted.size()];
        int m = 1;
        for (double value : sorted.values()) members[m++] = Double.doubleToRawLongBits(value);
        return members;
    }

    private static String own(String file) {
        String text = read(KernelSource.class, file);
        if (text == null) throw new AssertionError(file + " is missing");
        return text;
    }

    private static String beside(Class<?> owner, String name, String key) {
        String text = read(owner, name + ".cu");
        if (text == null)
            throw new IllegalArgumentException(
                    key + " has no CUDA kernel: it needs a file " + name + ".cu beside its class");
        return text;
    }

    private static String read(Class<?> owner, String file) {
        try (InputStream in = owner.getResourceAsStream(file)) {
            return in == null ? null : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
