package backcopy.command;

import backcopy.sweep.Cell;
import backcopy.sweep.SweepProgress;
import java.io.PrintWriter;
import java.util.Locale;

/** Shows how far a sweep is: a line a cell, and below them one for the whole that renews itself on a terminal. */
final class SweepLine implements SweepProgress {
    private static final double TERMINAL_SECONDS = 0.2;
    private static final double LOG_SECONDS = 15;

    private final PrintWriter out;
    private final boolean terminal;
    private final String title;
    private final String counted;
    private final long began = System.nanoTime();
    private double nextAt;

    /** @param counted what a sweep's cells are called */
    SweepLine(PrintWriter out, boolean terminal, String title, String counted) {
        this.out = out;
        this.terminal = terminal;
        this.title = title;
        this.counted = counted;
        nextAt = every();
    }

    @Override
    public void begins(int missing, int all, int together, double seconds) {
        String time = Double.isNaN(seconds)
                ? "how long it takes is not known while others use this machine"
                : "this takes " + (seconds < 1 ? "" : "about ") + ProgressLine.duration(seconds);
        String at = together == 1 ? "" : ", " + together + " at a time";
        line(missing + " of " + all + " runs to do" + (missing == 0 ? "" : ": " + time + at));
    }

    @Override
    public void resumes(Cell cell, long from) {
        line("run " + cell.run() + " goes on from step " + from + ": " + cell.words());
    }

    @Override
    public void finished(Cell cell, double seconds) {
        line("run " + cell.run() + " took " + ProgressLine.duration(seconds) + ": " + cell.words());
    }

    @Override
    public void found(Cell cell) {
        line("run " + cell.run() + " was finished elsewhere: " + cell.words());
    }

    @Override
    public void failed(Cell cell, String reason) {
        line("run " + cell.run() + " failed: " + reason + " (" + cell.words() + ")");
    }

    @Override
    public void at(Count count, double tokensPerSecond, double secondsLeft) {
        double seconds = (System.nanoTime() - began) * 1e-9;
        if (seconds < nextAt) return;
        nextAt = seconds + every();
        String line = String.format(
                Locale.ROOT,
                "%s%d of %d %s, %d running%s%s, %,.0f tokens/s, %s left",
                title,
                count.finished(),
                count.cells(),
                counted,
                count.running(),
                count.failed() == 0 ? "" : ", " + count.failed() + " failed",
                count.elsewhere() == 0 ? "" : ", " + count.elsewhere() + " elsewhere",
                tokensPerSecond,
                ProgressLine.duration(secondsLeft));
        if (terminal) out.print("\r" + line + "\u001b[K");
        else out.println(line);
        out.flush();
    }

    @Override
    public void ends() {
        if (terminal) out.print("\r\u001b[K");
        out.flush();
    }

    private void line(String text) {
        out.println((terminal ? "\r\u001b[K" : "") + title + text);
        out.flush();
    }

    private double every() {
        return terminal ? TERMINAL_SECONDS : LOG_SECONDS;
    }
}
