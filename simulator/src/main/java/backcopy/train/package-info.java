/**
 * The training loop: threads ({@link backcopy.train.Crew}), steps ({@link backcopy.train.Trainer}), probing on a fixed batch
 * ({@link backcopy.train.Evaluator}). Uses task, model, optim and probe; knows nothing of files. Start with
 * {@link backcopy.train.Trainer#step}.
 */
package backcopy.train;
