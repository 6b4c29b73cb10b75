/**
 * Runs: what one is made from ({@link backcopy.run.RunSpec}, its sizes in {@link backcopy.run.Scale}, its dotted names in
 * {@link backcopy.run.Keys}), what it is called ({@link backcopy.run.RunIdentity}) and what it leaves on disk
 * ({@link backcopy.run.RunStore}). May use everything in the simulator. Bad input is an {@code IllegalArgumentException} of
 * one line; a write that fails is an {@code IOException}. Start with {@link backcopy.run.RunSpec}.
 */
package backcopy.run;
