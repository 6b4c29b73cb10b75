/**
 * Sweeps: many runs that differ in some keys. What one is asked to be ({@link backcopy.sweep.SweepSpec}), what that comes to
 * and how it lies in a store ({@link backcopy.sweep.Sweep}), and what runs its cells. Uses {@code backcopy.run} and what that
 * needs, no experiment. Start with {@link backcopy.sweep.Sweep}.
 */
package backcopy.sweep;
