package backcopy.experiment;

import backcopy.figure.Picture;
import backcopy.figure.UndrawableException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes figures, and goes on past one that cannot be drawn: it costs itself alone. */
public final class Drawings {
    private final PrintWriter out;
    private final boolean tablesAlone;
    private final List<UndrawableException> failures = new ArrayList<>();

    private Drawings(PrintWriter out, boolean tablesAlone) {
        this.out = out;
        this.tablesAlone = tablesAlone;
    }

    /** @param out told of each figure that could not be drawn */
    public Drawings(PrintWriter out) {
        this(out, false);
    }

    /** Writes the tables of figures and draws none. */
    public static Drawings tablesAlone(PrintWriter out) {
        return new Drawings(out, true);
    }

    /** The files that were written: the tables alone where the figure could not be drawn. */
    public List<Path> write(Picture picture, Path directory) throws IOException {
        if (tablesAlone) return picture.writeTables(directory);
        try {
            return picture.write(directory);
        } catch (UndrawableException e) {
            failures.add(e);
            out.println("  " + e.getMessage());
            return picture.writeTables(directory);
        }
    }

    /** @throws UndrawableException when some figure could not be drawn; everything else is done by then */
    public void requireAll() {
        if (failures.isEmpty()) return;
        UndrawableException first = failures.get(0);
        String others = failures.size() == 1 ? "" : " (and " + (failures.size() - 1) + " more)";
        throw new UndrawableException(first.getMessage() + others, first);
    }
}
