package backcopy.figure.report;

/** A part that the reader opens. */
public record Folded(String title, Part part) implements Part {
    @Override
    public String html() {
        return "<details><summary>" + Page.escaped(title) + "</summary>\n" + part.html() + "</details>";
    }
}
