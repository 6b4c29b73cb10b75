package backcopy.theory;

/**
 * The residual state of {@code <s>} as a free vector h, read along a unit vector after normalization: {@code phi = <u, h> /
 * |h|}. Its gradient {@code (u - phi h / |h|) / |h|} is tangential and in proportion to 1 / |h|, so gradient flow conserves
 * |h|, and a step of plain gradient descent adds its squared length to |h|^2 by Pythagoras.
 */
public final class FreeVector implements SinkReading {
    private final double[] direction;

    /** @param direction u, any length but 0; not modified */
    public FreeVector(double[] direction) {
        this.direction = Vectors.unit(direction);
    }

    @Override
    public int parameters() {
        return direction.length;
    }

    @Override
    public double reading(double[] point, double[] gradient) {
        double norm = norm(point);
        double phi = Vectors.dot(direction, point) / norm;
        for (int i = 0; i < point.length; i++) gradient[i] = (direction[i] - phi * point[i] / norm) / norm;
        return phi;
    }

    @Override
    public double norm(double[] point) {
        return Math.sqrt(Vectors.dot(point, point));
    }
}
