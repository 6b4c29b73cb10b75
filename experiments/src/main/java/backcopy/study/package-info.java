/**
 * The statistics of a study, exact where the number of seeds is small: tests, intervals and corrections over plain arrays of one
 * number a seed. It uses commons-math3 for distributions and nothing of the program. Start with {@link backcopy.study.SignFlip};
 * the package {@code backcopy.experiment} turns what it says into verdicts.
 */
package backcopy.study;
