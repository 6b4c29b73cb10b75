/**
 * The HTML report: a {@link backcopy.figure.report.Page} of {@link backcopy.figure.report.Part}s becomes one file that opens
 * without a network. Each part carries its numbers as JSON; {@code report.js} draws them, curves with uPlot (inlined, MIT).
 * Like the figures it knows tables and arrays, never a run. Start with {@link backcopy.figure.report.Page}.
 */
package backcopy.figure.report;
