/**
 * Experiments: one class each with its claim, its runs, its analysis to tables and verdicts, its figures. A verdict follows
 * from a stated rule on an interval over seeds. {@link backcopy.experiment.Experiments} lists them. Start with
 * {@link backcopy.experiment.SinkEmergence}.
 */
package backcopy.experiment;
