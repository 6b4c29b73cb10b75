package backcopy.figure;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import org.knowm.xchart.internal.chartpart.Annotation;

/**
 * A dashed curve over a chart. XChart strokes each segment of a series by itself, so with dense points its dashes begin
 * anew at every point and join to a solid line; here the whole curve is one path. NaN makes a gap.
 */
final class DashedCurve extends Annotation {
    private final double[] x;
    private final double[] y;
    private final Color color;
    private final BasicStroke stroke;

    /** Of the points (x, y), in the chart's coordinates; not modified. */
    DashedCurve(double[] x, double[] y, Color color, BasicStroke stroke) {
        super(false);
        this.x = x;
        this.y = y;
        this.color = color;
        this.stroke = stroke;
    }

    @Override
    public void paint(Graphics2D graphics) {
        Path2D path = new Path2D.Double();
        boolean drawing = false;
        for (int i = 0; i < x.length; i++) {
            boolean there = Double.isFinite(y[i]);
            if (there && drawing) {
                path.lineTo(chart.getScreenXFromChart(x[i]), chart.getScreenYFromChart(y[i]));
            } else if (there) {
                path.moveTo(chart.getScreenXFromChart(x[i]), chart.getScreenYFromChart(y[i]));
            }
            drawing = there;
        }
        double left = getXAxisScreenValueForMin();
        double top = getYAxisScreenValueForMin(); // on the screen the smaller value is the upper one
        Shape clip = graphics.getClip();
        graphics.clip(new Rectangle2D.Double(
                left, top, getXAxisScreenValueForMax() - left, getYAxisScreenValueForMax() - top));
        graphics.setColor(color);
        graphics.setStroke(stroke);
        graphics.draw(path);
        graphics.setClip(clip);
        bounds = path.getBounds2D();
    }
}
