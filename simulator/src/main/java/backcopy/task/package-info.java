/**
 * The world that a transformer learns: the Bigram-Backcopy process of arXiv 2410.13835, the bigram tables it draws from,
 * batches of its sequences, and the {@link backcopy.task.Oracle}, its best possible predictor. All randomness comes from
 * {@link backcopy.task.CounterRandom}. Depends on nothing else here. Start with {@link backcopy.task.BigramBackcopy}.
 */
package backcopy.task;
