package backcopy.pretrained;

import org.apache.commons.math3.special.Erf;

/** The nonlinearity of an MLP. */
public enum Activation {
    SILU {
        @Override
        double of(double x) {
            return x / (1 + Math.exp(-x));
        }
    },
    GELU {
        @Override
        double of(double x) {
            return x / 2 * (1 + Erf.erf(x * Math.sqrt(0.5)));
        }
    },
    GELU_TANH {
        @Override
        double of(double x) {
            return x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
        }
    },
    RELU {
        @Override
        double of(double x) {
            return Math.max(x, 0);
        }
    };

    abstract double of(double x);

    /** By what {@code config.json} calls it. */
    static Activation named(String key, String name) {
        return switch (name) {
            case "silu", "swish" -> SILU;
            case "gelu" -> GELU;
            case "gelu_new", "gelu_pytorch_tanh" -> GELU_TANH;
            case "relu" -> RELU;
            default ->
                throw new IllegalArgumentException(
                        key + " = " + name + " is not one of silu, gelu, gelu_new, gelu_pytorch_tanh, relu");
        };
    }
}
