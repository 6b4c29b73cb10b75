package backcopy.backend.reference;

import backcopy.backend.Matrix;

/** A weight as it is. */
record ReferenceMatrix(DoubleBuffer weight, int out, int in) implements Matrix {
    double get(int o, int i) {
        return weight.get(o * in + i);
    }
}
