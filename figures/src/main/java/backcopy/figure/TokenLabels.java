package backcopy.figure;

import java.awt.Graphics2D;
import java.util.List;
import java.util.stream.IntStream;
import org.knowm.xchart.internal.chartpart.Annotation;

/**
 * Tokens along the edges of a plot with one cell for each position: below it, and on its left if the vertical axis has a
 * name. XChart centers each label's ink, which makes a comma an apostrophe; here all stand on one baseline. Triggers get an
 * asterisk.
 */
final class TokenLabels extends Annotation {
    private final List<String> labels;
    private final String belowTitle;
    private final String leftTitle;

    /** Labels below the plot, and also beside it, the first at the top, if {@code leftTitle} is not null. */
    TokenLabels(Table tokens, String belowTitle, String leftTitle) {
        super(true);
        List<String> symbols = tokens.texts("symbol");
        double[] trigger = tokens.numbers("trigger");
        this.labels = IntStream.range(0, symbols.size())
                .mapToObj(i -> shown(symbols.get(i)) + (trigger[i] == 1 ? "*" : ""))
                .toList();
        this.belowTitle = belowTitle;
        this.leftTitle = leftTitle;
    }

    /** White space made visible. */
    static String shown(String symbol) {
        return symbol.equals(" ") ? "\u2423" : symbol.equals("\n") ? "\\n" : symbol;
    }

    @Override
    public void paint(Graphics2D graphics) {
        double left = getXAxisScreenValueForMin();
        double right = getXAxisScreenValueForMax();
        double top = getYAxisScreenValueForMin(); // on the screen the smaller value is the upper one
        double bottom = getYAxisScreenValueForMax();
        double margin = (1 - styler.getPlotContentSize()) / 2;
        double start = left + margin * (right - left);
        double cell = (right - left) * styler.getPlotContentSize() / labels.size();
        for (int i = 0; i < labels.size(); i++) {
            Sheet.text(graphics, labels.get(i), Style.LABEL, Style.INK, start + (i + 0.5) * cell, bottom + 22, 0.5);
        }
        Sheet.text(graphics, belowTitle, Style.LABEL, Style.INK, (left + right) / 2, bottom + 48, 0.5);
        if (leftTitle != null) {
            double row = (bottom - top) / labels.size();
            for (int i = 0; i < labels.size(); i++) {
                Sheet.text(graphics, labels.get(i), Style.LABEL, Style.INK, left - 8, top + (i + 0.5) * row + 6, 1);
            }
            Graphics2D turned = (Graphics2D) graphics.create();
            turned.rotate(-Math.PI / 2);
            Sheet.text(turned, leftTitle, Style.LABEL, Style.INK, -(top + bottom) / 2, left - 52, 0.5);
            turned.dispose();
        }
    }
}
