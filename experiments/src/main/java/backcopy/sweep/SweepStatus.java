package backcopy.sweep;

import backcopy.run.RunStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * How far the cells of a sweep are.
 *
 * @param sweep its name
 * @param cells all of them, or those that somebody is to do
 */
public record SweepStatus(String sweep, List<CellStatus> cells) {
    public SweepStatus {
        cells = List.copyOf(cells);
    }

    /** As the store says now. */
    public static SweepStatus of(Sweep sweep, List<Cell> cells, RunStore store) {
        SweepDirectory directory = new SweepDirectory(store, sweep.name());
        return new SweepStatus(
                sweep.name(),
                cells.stream()
                        .map(cell -> CellStatus.of(cell, store, directory))
                        .toList());
    }

    public List<CellStatus> in(CellStatus.State state) {
        return cells.stream().filter(cell -> cell.state() == state).toList();
    }

    /** Whether every cell's run is there. */
    public boolean isDone() {
        return in(CellStatus.State.FINISHED).size() == cells.size();
    }

    /** In one line: {@code sweep rates: 40 cells, 38 finished, 2 failed}. */
    public String line() {
        StringJoiner counts = new StringJoiner(", ", "sweep " + sweep + ": ", "");
        counts.add(cells.size() + (cells.size() == 1 ? " cell" : " cells"));
        for (CellStatus.State state : CellStatus.State.values())
            if (!in(state).isEmpty()) counts.add(in(state).size() + " " + state);
        return counts.toString();
    }

    /** For a program. */
    public Map<String, Object> words() {
        Map<String, Object> words = new LinkedHashMap<>();
        words.put("sweep", sweep);
        for (CellStatus.State state : CellStatus.State.values())
            words.put(state.toString(), in(state).size());
        List<Map<String, Object>> each = new ArrayList<>();
        for (CellStatus cell : cells) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("run", cell.cell().run());
            line.put("state", cell.state().toString());
            line.put("steps", cell.steps());
            if (!cell.failure().isEmpty()) line.put("failure", cell.failure());
            line.put("keys", cell.cell().values());
            each.add(line);
        }
        words.put("cells", each);
        return words;
    }
}
