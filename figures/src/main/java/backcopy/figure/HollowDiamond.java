package backcopy.figure;

import java.awt.Graphics2D;
import java.awt.geom.Path2D;
import org.knowm.xchart.style.markers.Marker;

/** The marker of a published number: seen through, so that it hides none of ours. */
final class HollowDiamond extends Marker {
    @Override
    public void paint(Graphics2D graphics, double x, double y, int size) {
        double half = 0.8 * size;
        Path2D diamond = new Path2D.Double();
        diamond.moveTo(x, y - half);
        diamond.lineTo(x + half, y);
        diamond.lineTo(x, y + half);
        diamond.lineTo(x - half, y);
        diamond.closePath();
        graphics.setStroke(Style.line(1.8));
        graphics.draw(diamond);
    }
}
