package backcopy.probe;

import java.util.List;
import java.util.stream.Collectors;

/** The update probes that {@code record.updates} can name. A new one is its file and its line here. */
public final class UpdateProbes {
    public static final List<UpdateProbe> ALL = List.of(new UpdateNormProbe(), new NormInfluenceProbe());

    private UpdateProbes() {}

    /**
     * The probes of these names.
     *
     * @param names separated by commas, in any order, or empty
     * @return in the order of {@link #ALL}
     * @throws IllegalArgumentException on another name, without the key
     */
    public static List<UpdateProbe> named(String names) {
        if (names.isEmpty()) return List.of();
        List<String> asked = List.of(names.split(",", -1));
        for (String name : asked)
            if (ALL.stream().noneMatch(probe -> probe.name().equals(name)))
                throw new IllegalArgumentException(names + " is not a list of "
                        + ALL.stream().map(UpdateProbe::name).collect(Collectors.joining(", ")));
        return ALL.stream().filter(probe -> asked.contains(probe.name())).toList();
    }
}
