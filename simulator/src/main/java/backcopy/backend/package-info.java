/**
 * The arithmetic: coarse operations ({@link backcopy.backend.Backend}) on opaque buffers, and the two rules that others
 * implement, {@link backcopy.backend.RowRule} (attention kinds) and {@link backcopy.backend.UpdateRule} (optimizers). The
 * subpackages are its makes: {@code reference} defines, {@code cpu} is fast. Depends on nothing else here.
 */
package backcopy.backend;
