package backcopy.backend;

/**
 * A weight {@code [out, in]} (PyTorch's Linear) in whatever form its backend multiplies with. It shares the buffer it was
 * made from; after that buffer changes, {@link Backend#pack} renews the form.
 */
public interface Matrix {
    /** Outputs, the rows of the weight. */
    int out();

    /** Inputs, the columns of the weight. */
    int in();
}
