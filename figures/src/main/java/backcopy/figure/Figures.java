package backcopy.figure;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Every figure. */
public final class Figures {
    public static final List<Figure> ALL = List.of(new SinkEmergenceFigure(), new SequenceFigure());

    private Figures() {}

    /** Draws one figure from files: {@code NAME DIRECTORY SETTING TABLE.csv...}. */
    public static void main(String[] args) throws IOException {
        Table[] tables = new Table[args.length - 3];
        for (int i = 0; i < tables.length; i++) {
            tables[i] = Table.read(Path.of(args[i + 3]));
        }
        named(args[0]).draw(args[2], tables).write(Path.of(args[1])).forEach(System.out::println);
    }

    /** The figure of this name. */
    public static Figure named(String name) {
        return ALL.stream()
                .filter(figure -> figure.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("figure = " + name + " is none of "
                        + ALL.stream().map(Figure::name).toList()));
    }
}
