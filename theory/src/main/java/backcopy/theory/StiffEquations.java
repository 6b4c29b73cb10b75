package backcopy.theory;

import org.apache.commons.math3.ode.MainStateJacobianProvider;

/** {@code y' = f(t, y)} with the derivatives of f by y and by t. */
public interface StiffEquations extends MainStateJacobianProvider {
    /** Overwrites {@code dFdT} [dimension] with the partial derivative of f by t. */
    void computeTimeDerivative(double t, double[] y, double[] yDot, double[] dFdT);
}
