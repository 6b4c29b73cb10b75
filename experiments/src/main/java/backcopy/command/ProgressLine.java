package backcopy.command;

import backcopy.run.Progress;
import backcopy.run.RunDirectory;
import java.io.PrintStream;

/** Shows how far a run is: a line that renews itself on a terminal, a line now and then in a log. */
final class ProgressLine implements Progress {
    private static final double TERMINAL_SECONDS = 0.2;
    private static final double LOG_SECONDS = 15;

    private final PrintStream out;
    private final boolean terminal;
    private final String title;
    private double nextAt;

    /** @param title in front of every line, such as the run of several */
    ProgressLine(PrintStream out, boolean terminal, String title) {
        this.out = out;
        this.terminal = terminal;
        this.title = title;
    }

    @Override
    public void found(RunDirectory run) {
        out.println(title + "found finished in " + run.path());
    }

    @Override
    public void begins(RunDirectory run, long from, long steps, double secondsLeft) {
        String start = from == 0 ? steps + " steps" : "going on at step " + from + " of " + steps;
        out.println(title + start + ", about " + duration(secondsLeft) + ", in " + run.path());
    }

    @Override
    public void at(long step, long steps, double seconds, double tokensPerSecond, double secondsLeft) {
        if (step < steps && seconds < nextAt) return;
        nextAt = seconds + (terminal ? TERMINAL_SECONDS : LOG_SECONDS);
        String line = String.format(
                java.util.Locale.ROOT,
                "%sstep %d of %d, %,.0f tokens/s, %s left",
                title,
                step,
                steps,
                tokensPerSecond,
                duration(secondsLeft));
        if (terminal) out.print("\r" + line + "\u001b[K" + (step == steps ? "\n" : ""));
        else out.println(line);
        out.flush();
    }

    /** Seconds as people say them. */
    static String duration(double seconds) {
        if (seconds < 1) return "under 1 s";
        long whole = Math.round(seconds);
        if (whole < 100) return whole + " s";
        if (whole < 100 * 60) return Math.round(whole / 60.0) + " min";
        return String.format(java.util.Locale.ROOT, "%.1f h", whole / 3600.0);
    }
}
