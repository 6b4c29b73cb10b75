package backcopy.figure.report;

import backcopy.figure.Picture;
import java.util.Base64;

/** A picture with its caption. */
public record Illustration(Picture picture) implements Part {
    @Override
    public String html() {
        return "<figure><img alt=\"" + Page.escaped(picture.name()) + "\" src=\"data:image/png;base64,"
                + Base64.getEncoder().encodeToString(picture.png()) + "\"><figcaption>"
                + Page.escaped(picture.caption()) + "</figcaption></figure>";
    }
}
