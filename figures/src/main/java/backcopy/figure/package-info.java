/**
 * Figures: a {@link backcopy.figure.Table} in, a {@link backcopy.figure.Picture} out. One class per figure, named in
 * {@link backcopy.figure.Figures}; XChart draws the charts, {@code Sheet} sets them beside each other. The authors'
 * published curves are here too ({@link backcopy.figure.AuthorsCurves}). Knows nothing of runs or of the simulator.
 * Start with {@link backcopy.figure.SinkEmergenceFigure}.
 */
package backcopy.figure;
