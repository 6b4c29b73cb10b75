package backcopy.figure.report;

import java.util.List;

/** Lines for a shell. */
public record Commands(List<String> lines) implements Part {
    public Commands {
        lines = List.copyOf(lines);
    }

    @Override
    public String html() {
        return "<pre class=\"commands\">" + Page.escaped(String.join("\n", lines)) + "</pre>";
    }
}
