package backcopy.pretrained;

import backcopy.backend.StoredMatrix;

/** A linear map {@code W x + b}; {@code bias} [outputs] is null where there is none. */
record Linear(StoredMatrix weight, double[] bias) {}
