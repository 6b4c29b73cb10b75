package backcopy.figure;

import java.awt.font.FontRenderContext;
import java.awt.font.TextLayout;
import java.util.Optional;

/** The machine's fonts: slim images of containers have none, and without one no figure can be drawn. */
public final class Fonts {
    private Fonts() {}

    /** Why no text can be drawn, in one line that says what to install; empty where it can. */
    public static Optional<String> missing() {
        try {
            new TextLayout("n", Style.LABEL, new FontRenderContext(null, true, true)).getAdvance();
            return Optional.empty();
        } catch (OutOfMemoryError e) {
            throw e;
        } catch (RuntimeException
                | Error e) { // Java has no one exception for it, and a library that is missing is another again
            String why = e.getMessage() == null
                    ? e.toString()
                    : e.getMessage().lines().findFirst().orElse("");
            return Optional.of("Java finds no font (" + why
                    + "); install fontconfig and one, such as the packages fontconfig and fonts-dejavu-core");
        }
    }
}
