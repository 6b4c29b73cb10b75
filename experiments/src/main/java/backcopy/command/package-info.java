/**
 * The command line: one class per verb of {@code bb}. A verb reads its arguments, calls an experiment or the simulator,
 * prints, and returns an exit code: 0 done, 1 the work failed, 2 the request was wrong, 130 interrupted.
 *
 * <p>This is the only place that reads system properties and the environment. Nothing depends on it. Start reading at
 * {@link backcopy.command.Main}.
 */
package backcopy.command;
