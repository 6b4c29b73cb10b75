package backcopy.theory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class UniformAttentionTest {
    @Test
    void sinkAlphaIsTheMeanOfOneOverTheVisibleKeys() {
        assertEquals(1, UniformAttention.sinkAlpha(1));
        assertEquals((1 + 1 / 2.0 + 1 / 3.0) / 3, UniformAttention.sinkAlpha(3), 1e-15);
        assertEquals(0.0741, UniformAttention.sinkAlpha(64), 5e-5);
        assertEquals(0.0239, UniformAttention.sinkAlpha(256), 5e-5);
    }

    @Test
    void nineTokensAreTooFewToTellASinkFromUniformAttention() {
        assertTrue(UniformAttention.sinkAlpha(9) > 0.3);
        assertTrue(UniformAttention.sinkAlpha(10) < 0.3);
    }

    @Test
    void aLengthBelowOneIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> UniformAttention.sinkAlpha(0));
    }
}
