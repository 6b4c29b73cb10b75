package backcopy.command;

import backcopy.pretrained.Pace;
import java.io.PrintWriter;
import java.util.Locale;

/** Shows how far a pass through a model's layers is: a line that renews itself on a terminal, a line now and then in a log. */
final class LayerLine implements Pace.Listener {
    private static final double LOG_SECONDS = 15;

    private final PrintWriter out;
    private final boolean terminal;
    private final String title;
    private double nextAt = LOG_SECONDS;

    /** @param title in front of every line */
    LayerLine(PrintWriter out, boolean terminal, String title) {
        this.out = out;
        this.terminal = terminal;
        this.title = title;
    }

    @Override
    public void at(int done, int steps, double seconds, double secondsLeft) {
        if (!terminal && seconds < nextAt && (done < steps || seconds < LOG_SECONDS)) return;
        nextAt = seconds + LOG_SECONDS;
        String line = String.format(
                Locale.ROOT,
                "%slayer %d of %d, %s",
                title,
                done,
                steps,
                done < steps ? ProgressLine.duration(secondsLeft) + " left" : "took " + ProgressLine.duration(seconds));
        if (terminal) out.print("\r" + line + "\u001b[K" + (done < steps ? "" : System.lineSeparator()));
        else out.println(line);
        out.flush();
    }
}
