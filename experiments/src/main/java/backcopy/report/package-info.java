/**
 * Reading runs to show them: what a user's words select ({@link backcopy.report.Selection}), in what the runs differ
 * ({@link backcopy.report.Differences}), what each came to in a few numbers ({@link backcopy.report.Signature}), and the
 * report, the comparison and the exports made of these. Trains nothing. Only the command line depends on it. Start with
 * {@link backcopy.report.RunReport}.
 */
package backcopy.report;
