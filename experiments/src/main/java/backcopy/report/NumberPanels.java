package backcopy.report;

import backcopy.figure.report.Curves.Line;
import backcopy.figure.report.Curves.Panel;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which recorded numbers a report shows together. */
final class NumberPanels {
    /** @param numbers a pattern of the numbers' names */
    private record Kind(String title, String unit, boolean logarithmic, String numbers) {}

    private static final List<Kind> KINDS = List.of(
            new Kind("Excess risk", "nats", true, "excess\\.(backcopy|bigram)"),
            new Kind("Error", "root mean square, and of a single number the largest", true, "error\\..*"),
            new Kind("Loss", "nats; of vectors a mean square", false, "loss\\.(train|evaluation)"),
            new Kind(
                    "Attention on position 0",
                    "weight, mean over queries that are no trigger",
                    false,
                    ".*attention\\.bos"),
            new Kind("Delta-logit", "score on position 0 minus mean score elsewhere", false, ".*score\\.delta"),
            new Kind("Value states", "norm, position 0 and others", true, ".*value\\.norm\\.(bos|others)"),
            new Kind("Residual stream", "norm of the block's output", true, ".*residual\\.norm\\.(bos|others)"),
            new Kind(
                    "Sink, drain and peak",
                    "weight, and norms over those of the others",
                    true,
                    "triad\\.(sink|most|drain|peak)"));

    private static final Pattern PLACE = Pattern.compile("(?:layers\\.(\\d+)\\.)?(?:heads\\.(\\d+)\\.)?(.*)");

    private NumberPanels() {}

    /** The panels of which some number was recorded. */
    static List<Panel> of(List<String> numbers) {
        return KINDS.stream()
                .map(kind -> {
                    List<String> own = numbers.stream()
                            .filter(number -> number.matches(kind.numbers()))
                            .toList();
                    boolean oneEnding = own.stream()
                                    .map(number -> number.substring(number.lastIndexOf('.')))
                                    .distinct()
                                    .count()
                            == 1;
                    List<Line> lines = own.stream()
                            .map(number -> new Line(number, name(number, oneEnding)))
                            .toList();
                    return new Panel(kind.title(), kind.unit(), kind.logarithmic(), lines);
                })
                .filter(panel -> !panel.lines().isEmpty())
                .toList();
    }

    /** {@code layer 0 position 0} for {@code layers.0.value.norm.bos}; without its end where all of a panel have the same. */
    private static String name(String number, boolean withoutEnd) {
        Matcher place = PLACE.matcher(number);
        if (!place.matches()) throw new AssertionError(number);
        String end = place.group(3).substring(place.group(3).lastIndexOf('.') + 1);
        return Stream.of(
                        place.group(1) == null ? "" : "layer " + place.group(1),
                        place.group(2) == null ? "" : "head " + place.group(2),
                        withoutEnd && place.group(1) != null ? "" : end.equals("bos") ? "position 0" : end)
                .filter(word -> !word.isEmpty())
                .collect(Collectors.joining(" "));
    }
}
