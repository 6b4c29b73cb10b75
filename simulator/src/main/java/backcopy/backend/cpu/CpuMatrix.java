package backcopy.backend.cpu;

import backcopy.backend.Matrix;

/**
 * A weight with its two packed forms.
 *
 * @param weight {@code [out, in]}, shared with the parameters
 * @param transposed panels of {@code Wᵀ [in, out]}, for the way forward
 * @param straight panels of {@code W [out, in]}, for the gradient of the input
 */
record CpuMatrix(CpuBuffer weight, int out, int in, CpuBuffer transposed, CpuBuffer straight) implements Matrix {}
