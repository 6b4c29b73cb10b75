package backcopy.backend.cuda;

import backcopy.backend.Matrix;

/** A weight as it is: cuBLAS needs no packing. */
record CudaMatrix(CudaBuffer weight, int out, int in) implements Matrix {}
