package backcopy.backend.reference;

import backcopy.backend.StoredMatrix;
import backcopy.backend.StoredProducts;
import backcopy.backend.Workers;

/** The definition of {@link StoredProducts}: sums in double, in the order of the inputs. */
public final class ReferenceStoredProducts implements StoredProducts {
    private final Workers workers;

    public ReferenceStoredProducts(Workers workers) {
        this.workers = workers;
    }

    @Override
    public String arithmetic() {
        return "float64";
    }

    @Override
    public void multiply(double[] x, int rows, StoredMatrix w, double[] y) {
        int inputs = w.inputs(), outputs = w.outputs();
        if (w.isTransposed()) transposed(x, rows, w, y);
        else
            workers.each(outputs, (worker, n) -> {
                double[] weights = w.row(n);
                for (int r = 0; r < rows; r++) {
                    double sum = 0;
                    for (int k = 0; k < inputs; k++) sum += x[r * inputs + k] * weights[k];
                    y[r * outputs + n] = sum;
                }
            });
    }

    private void transposed(double[] x, int rows, StoredMatrix w, double[] y) {
        int inputs = w.inputs(), outputs = w.outputs();
        double[][] weights = new double[inputs][];
        for (int k = 0; k < inputs; k++) weights[k] = w.row(k);
        workers.each(rows, (worker, r) -> {
            for (int n = 0; n < outputs; n++) {
                double sum = 0;
                for (int k = 0; k < inputs; k++) sum += x[r * inputs + k] * weights[k][n];
                y[r * outputs + n] = sum;
            }
        });
    }
}
