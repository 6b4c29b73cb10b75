package backcopy.figure;

import java.util.List;

/** Every figure. */
public final class Figures {
    public static final List<Figure> ALL = List.of(new SinkEmergenceFigure(), new SequenceFigure());

    private Figures() {}

    /** The figure of this name. */
    public static Figure named(String name) {
        return ALL.stream()
                .filter(figure -> figure.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("figure = " + name + " is none of "
                        + ALL.stream().map(Figure::name).toList()));
    }
}
