package backcopy.backend;

import backcopy.backend.Mask.Kind;
import java.util.List;

/** Attention under every kind of mask, with and without keys that every query sees. */
public final class Masks {
    public static final List<AttentionShape> SHAPES = List.of(
            new AttentionShape(2, 1, 7, 3, new Mask(Kind.WINDOW, 3, 0)),
            new AttentionShape(1, 2, 9, 2, new Mask(Kind.WINDOW, 4, 1)),
            new AttentionShape(1, 1, 6, 2, new Mask(Kind.WINDOW, 1, 2)),
            new AttentionShape(1, 1, 5, 2, new Mask(Kind.WINDOW, 8, 0)),
            new AttentionShape(2, 1, 7, 3, new Mask(Kind.PREFIX, 3, 0)),
            new AttentionShape(1, 2, 8, 2, new Mask(Kind.PREFIX, 4, 1)),
            new AttentionShape(1, 1, 5, 2, new Mask(Kind.PREFIX, 9, 0)),
            new AttentionShape(2, 2, 8, 2, new Mask(Kind.SHIFTED_GROUPS, 4, 0)),
            new AttentionShape(1, 3, 11, 1, new Mask(Kind.SHIFTED_GROUPS, 4, 2)),
            new AttentionShape(1, 2, 5, 2, new Mask(Kind.CAUSAL, 0, 1)));

    private Masks() {}
}
