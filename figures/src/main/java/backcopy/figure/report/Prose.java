package backcopy.figure.report;

/** A paragraph. */
public record Prose(String text) implements Part {
    @Override
    public String html() {
        return "<p>" + Page.escaped(text) + "</p>";
    }
}
