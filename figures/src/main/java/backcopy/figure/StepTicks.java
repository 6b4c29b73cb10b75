package backcopy.figure;

import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import org.knowm.xchart.internal.chartpart.Annotation;

/**
 * Tick marks, labels and title of a {@link StepAxis} under the plot. XChart sets ticks at even distances, or at the data if
 * that is evenly spaced; these stand where the axis says.
 */
final class StepTicks extends Annotation {
    /** Room under the chart that the labels and the title take. */
    static final int DEPTH = 60;

    private final StepAxis axis;

    StepTicks(StepAxis axis) {
        super(false);
        this.axis = axis;
    }

    @Override
    public void paint(Graphics2D graphics) {
        double bottom = getYAxisScreenValueForMax(); // on the screen the largest value is the lowest one
        graphics.setColor(Style.INK);
        graphics.setStroke(Style.line(1));
        for (double step : axis.minorTicks()) {
            tick(graphics, step, bottom, 4);
        }
        for (double step : axis.majorTicks()) {
            tick(graphics, step, bottom, 7);
        }
        for (double step : axis.majorTicks()) {
            double x = chart.getScreenXFromChart(axis.place(step));
            Sheet.text(graphics, axis.label(step), Style.LABEL, Style.INK, x, bottom + 25, 0.5);
        }
        double middle = (getXAxisScreenValueForMin() + getXAxisScreenValueForMax()) / 2.0;
        Sheet.text(graphics, axis.title(), Style.LABEL, Style.INK, middle, bottom + 50, 0.5);
    }

    private void tick(Graphics2D graphics, double step, double bottom, double length) {
        double x = chart.getScreenXFromChart(axis.place(step));
        graphics.draw(new Line2D.Double(x, bottom, x, bottom + length));
    }
}
