/**
 * The world that a transformer learns: the Bigram-Backcopy process of arXiv 2410.13835 and its relatives, the bigram tables
 * they draw from, batches of their sequences, and the {@link backcopy.task.Oracle} of each, the best possible predictor. All
 * randomness comes from {@link backcopy.task.CounterRandom}. Depends on nothing else here. Start with {@link backcopy.task.BigramBackcopy}.
 */
package backcopy.task;
