package backcopy.figure.report;

import backcopy.figure.Picture;
import backcopy.figure.UndrawableException;
import java.util.Base64;

/** A picture with its caption. */
public record Illustration(Picture picture) implements Part {
    @Override
    public String html() {
        byte[] png;
        try {
            png = picture.png();
        } catch (UndrawableException e) { // the rest of the page is worth as much without it
            return "<p>" + Page.escaped(e.getMessage()) + "</p>";
        }
        return "<figure><img alt=\"" + Page.escaped(picture.name()) + "\" src=\"data:image/png;base64,"
                + Base64.getEncoder().encodeToString(png) + "\"><figcaption>"
                + Page.escaped(picture.caption()) + "</figcaption></figure>";
    }
}
