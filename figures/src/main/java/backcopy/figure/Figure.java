package backcopy.figure;

/** One figure: how tables become a picture. Stateless; {@link Figures} lists them. */
public interface Figure {
    /** Lower case with hyphens; also the name of the picture's files. */
    String name();

    /** One line: what the figure shows and, where there is one, its place in the paper. */
    String about();

    /**
     * The picture of these tables; the figure's class says which columns they must have.
     *
     * @param setting what was run, in one short line printed under the title: {@code width 64, AdamW 3e-3, seeds 1-3}
     * @throws IllegalArgumentException if a table or a column is missing
     */
    Picture draw(String setting, Table... tables);
}
