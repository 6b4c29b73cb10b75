package backcopy.command;

import backcopy.sweep.Cell;
import backcopy.sweep.Sweep;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import picocli.CommandLine.Option;

/** Which cells of a sweep this process is to do: all, unless other processes do the rest. */
final class SweepShare {
    private static final Pattern SHARD = Pattern.compile("([0-9]{1,9})/([0-9]{1,9})");

    @Option(
            names = "--shard",
            paramLabel = "I/N",
            description = "do only every N-th cell, from cell I on (0 to N-1): one of N processes or machines")
    private String shard;

    @Option(names = "--only", split = ",", paramLabel = "RUN", description = "do only the cells of these runs")
    private List<String> only;

    /** As they were typed, with a space before. */
    String words() {
        return (shard == null ? "" : " --shard " + shard) + (only == null ? "" : " --only " + String.join(",", only));
    }

    List<Cell> of(Sweep sweep) {
        if (shard != null && only != null) throw new IllegalArgumentException("--shard and --only do not go together");
        if (shard != null) return shard(sweep.cells());
        return only == null ? sweep.cells() : only(sweep);
    }

    private List<Cell> shard(List<Cell> cells) {
        Matcher form = SHARD.matcher(shard);
        if (!form.matches()) throw new IllegalArgumentException("--shard = " + shard + " is not of the form 0/4");
        int index = Integer.parseInt(form.group(1)), count = Integer.parseInt(form.group(2));
        if (index >= count)
            throw new IllegalArgumentException("--shard = " + shard + ": the first number is not below the second");
        return IntStream.range(0, cells.size())
                .filter(cell -> cell % count == index)
                .mapToObj(cells::get)
                .toList();
    }

    private List<Cell> only(Sweep sweep) {
        Set<String> left = new TreeSet<>(only);
        List<Cell> cells =
                sweep.cells().stream().filter(cell -> left.remove(cell.run())).toList();
        if (!left.isEmpty())
            throw new IllegalArgumentException(
                    "--only: " + String.join(", ", left) + " is not in sweep " + sweep.name());
        return cells;
    }
}
