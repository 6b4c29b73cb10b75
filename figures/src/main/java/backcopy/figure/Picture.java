package backcopy.figure;

import de.erichseifert.vectorgraphics2d.Document;
import de.erichseifert.vectorgraphics2d.Processors;
import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * A finished figure: what is painted, its caption, and the numbers behind it. Lengths are in units of {@value #UNITS} per
 * inch, so a width of 1008 units is the seven inches of a page.
 */
public final class Picture {
    /** Units per inch on paper: a font of 17 units is 8.5 points. */
    public static final int UNITS = 144;

    /** Pixels per unit of the PNG: 288 dots per inch. */
    static final int PIXELS = 2;

    /** Paints the figure on white ground; called once for every output form. */
    @FunctionalInterface
    interface Painting {
        void paint(Graphics2D graphics);
    }

    private final String name;
    private final String caption;
    private final int width;
    private final int height;
    private final Painting painting;
    private final Map<String, Table> tables;

    /**
     * @param width of the picture, units
     * @param height of the picture, units
     * @param tables the numbers behind the picture, by the ending of their file's name: {@code ""} for NAME.csv, {@code
     *     "-tokens"} for NAME-tokens.csv
     */
    Picture(String name, String caption, int width, int height, Painting painting, Map<String, Table> tables) {
        this.name = name;
        this.caption = caption;
        this.width = width;
        this.height = height;
        this.painting = painting;
        this.tables = new LinkedHashMap<>(tables);
    }

    /** The same picture under another name. */
    public Picture named(String other) {
        return new Picture(other, caption, width, height, painting, tables);
    }

    public String name() {
        return name;
    }

    /** What is seen, in full sentences: for a report or a page that shows the picture. */
    public String caption() {
        return caption;
    }

    /**
     * Writes the tables NAME*.csv, NAME.png and NAME.svg; each moved into place when it is whole. Returns the files.
     *
     * @throws UndrawableException when only the tables could be written
     */
    public List<Path> write(Path directory) throws IOException {
        List<Path> files = new ArrayList<>(writeTables(directory));
        files.add(0, replace(directory.resolve(name + ".png"), png()));
        files.add(1, replace(directory.resolve(name + ".svg"), svg().getBytes(StandardCharsets.UTF_8)));
        return files;
    }

    /** Writes the tables alone. */
    public List<Path> writeTables(Path directory) throws IOException {
        Files.createDirectories(directory);
        List<Path> files = new ArrayList<>();
        for (Map.Entry<String, Table> table : tables.entrySet()) {
            Path file = directory.resolve(name + table.getKey() + ".csv");
            table.getValue().write(file);
            files.add(file);
        }
        return files;
    }

    /** The picture as PNG, 288 dots per inch. */
    public byte[] png() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageIO.write(image(), "png", out);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        return bytes.toByteArray();
    }

    private void paint(Graphics2D graphics) {
        try {
            painting.paint(graphics);
        } catch (OutOfMemoryError e) {
            throw e;
        } catch (RuntimeException | Error e) {
            throw UndrawableException.of(name, e);
        }
    }

    BufferedImage image() {
        BufferedImage image = new BufferedImage(width * PIXELS, height * PIXELS, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.scale(PIXELS, PIXELS);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        paint(graphics);
        graphics.dispose();
        return image;
    }

    /** The picture as SVG; letters are outlines, so it looks the same without the fonts. */
    public String svg() {
        VectorGraphics2D graphics = new VectorGraphics2D();
        paint(graphics);
        Document document = Processors.get("svg").getDocument(graphics.getCommands(), new PageSize(width, height));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            document.writeTo(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        return inInches(numbered(bytes.toString(StandardCharsets.UTF_8)));
    }

    /** VectorGraphics2D names clip paths by hash codes; with numbers the same picture gives the same file. */
    private static String numbered(String svg) {
        Map<String, String> numbers = new HashMap<>();
        return Pattern.compile("clip\\d+")
                .matcher(svg)
                .replaceAll(clip -> numbers.computeIfAbsent(clip.group(), name -> "clip" + (numbers.size() + 1)));
    }

    private String inInches(String svg) {
        return svg.replaceFirst("width=\"" + width + "px\"", "width=\"" + inches(width) + "\"")
                .replaceFirst("height=\"" + height + "px\"", "height=\"" + inches(height) + "\"");
    }

    private static String inches(int length) {
        return String.format(Locale.ROOT, "%.3fin", length / (double) UNITS);
    }

    /** Writes a whole file under a temporary name beside {@code file} and moves it into place. */
    static Path replace(Path file, byte[] content) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            Files.write(temporary, content);
            return Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new IOException(file + " cannot be written: " + e.getMessage(), e);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
