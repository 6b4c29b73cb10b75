package backcopy.command;

import backcopy.run.Progress;
import backcopy.run.RunDirectory;
import java.io.PrintWriter;
import java.util.Locale;

/** Shows how far a run is: a line that renews itself on a terminal, a line now and then in a log. */
final class ProgressLine implements Progress {
    private static final double TERMINAL_SECONDS = 0.2;
    private static final double LOG_SECONDS = 15;

    private final PrintWriter out;
    private final boolean terminal;
    private final String title;
    private double nextAt;
    private boolean lineIsOpen;

    /** @param title in front of every line, such as the run of several */
    ProgressLine(PrintWriter out, boolean terminal, String title) {
        this.out = out;
        this.terminal = terminal;
        this.title = title;
        nextAt = every();
    }

    @Override
    public void found(RunDirectory run) {
        out.println(title + "found finished in " + run.path());
        out.flush();
    }

    @Override
    public void begins(RunDirectory run, long from, long steps) {
        String what = from == 0 ? steps + " steps" : "steps " + from + " to " + steps;
        out.println(title + what + ", in " + run.path());
        out.flush();
    }

    @Override
    public void estimated(double secondsLeft) {
        out.println(title + "this takes " + (secondsLeft < 1 ? "" : "about ") + duration(secondsLeft));
        out.flush();
    }

    @Override
    public void at(long step, long steps, double seconds, double tokensPerSecond, double secondsLeft) {
        if (step < steps && seconds < nextAt) return;
        nextAt = seconds + every();
        String line = String.format(
                Locale.ROOT,
                "%sstep %d of %d, %,.0f tokens/s, %s",
                title,
                step,
                steps,
                tokensPerSecond,
                step < steps ? duration(secondsLeft) + " left" : "took " + duration(seconds));
        if (terminal) out.print("\r" + line + "\u001b[K");
        else out.println(line);
        out.flush();
        lineIsOpen = terminal;
    }

    /** What is printed next begins a new line. */
    @Override
    public void ends() {
        if (lineIsOpen) out.println();
        out.flush();
        lineIsOpen = false;
    }

    private double every() {
        return terminal ? TERMINAL_SECONDS : LOG_SECONDS;
    }

    /** Seconds as people say them. */
    static String duration(double seconds) {
        if (seconds < 1) return "less than 1 s";
        long whole = Math.round(seconds);
        if (whole < 100) return whole + " s";
        if (whole < 100 * 60) return Math.round(whole / 60.0) + " min";
        return String.format(Locale.ROOT, "%.1f h", whole / 3600.0);
    }
}
