package backcopy.figure;

import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import org.knowm.xchart.internal.chartpart.Annotation;

/** The tick marks of a {@link StepAxis}, which XChart would set at even distances, under the plot's lower edge. */
final class StepTicks extends Annotation {
    private final StepAxis axis;

    StepTicks(StepAxis axis) {
        super(false);
        this.axis = axis;
    }

    @Override
    public void paint(Graphics2D graphics) {
        graphics.setColor(Style.INK);
        graphics.setStroke(Style.line(1));
        for (double step : axis.majorTicks()) {
            tick(graphics, step, 7);
        }
        for (double step : axis.minorTicks()) {
            tick(graphics, step, 4);
        }
    }

    private void tick(Graphics2D graphics, double step, double length) {
        double x = chart.getScreenXFromChart(axis.place(step));
        double y = getYAxisScreenValueForMax(); // on the screen the largest value is the lowest one
        graphics.draw(new Line2D.Double(x, y, x, y + length));
    }
}
