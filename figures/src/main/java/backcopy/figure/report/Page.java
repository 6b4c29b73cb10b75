package backcopy.figure.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * One HTML file with everything in it: style, scripts, numbers and pictures. Light and dark as the reader's system is, from a
 * phone's width to a desk's. The same parts give the same bytes.
 */
public final class Page {
    private final String title;
    private final StringBuilder body = new StringBuilder();

    /** @param about one line under the title */
    public Page(String title, String about) {
        this.title = title;
        body.append("<h1>").append(escaped(title)).append("</h1>\n<p class=\"about\">");
        body.append(escaped(about)).append("</p>\n");
    }

    /** A heading and what stands under it. */
    public Page section(String heading, Part... parts) {
        body.append("<section>\n<h2>").append(escaped(heading)).append("</h2>\n");
        for (Part part : parts) body.append(part.html()).append('\n');
        body.append("</section>\n");
        return this;
    }

    public String html() {
        return """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>%s</title>
                <style>%s%s</style>
                </head>
                <body>
                <main>
                %s</main>
                <!-- uPlot %s -->
                <script>%s</script>
                <script>%s</script>
                </body>
                </html>
                """.formatted(
                        escaped(title),
                        resource("uPlot.min.css"),
                        resource("report.css"),
                        body,
                        resource("uPlot.LICENSE"),
                        resource("uPlot.iife.min.js"),
                        resource("report.js"));
    }

    /** Text as HTML, also inside quoted attributes. */
    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private static String resource(String name) {
        try (InputStream in = Page.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
