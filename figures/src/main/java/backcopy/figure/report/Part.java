package backcopy.figure.report;

/** A piece of a report. */
public interface Part {
    /** As HTML; texts in it are escaped. */
    String html();
}
