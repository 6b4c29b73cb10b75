/**
 * Plain loops in double: the definition of every operation of {@link backcopy.backend.Backend}. Written to be read, not to be
 * fast; everything else is compared with it.
 */
package backcopy.backend.reference;
