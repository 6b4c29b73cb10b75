package backcopy.figure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableTest {
    private static final double[] NUMBERS = {
        0, -0.0, 0.1, 1.0 / 3, 1e300, Double.MIN_VALUE, Double.NaN, Double.NEGATIVE_INFINITY, 199_000, -7e22
    };
    private static final List<String> TEXTS =
            List.of("<s>", ",", "\"", "\n", " ", "", "1", "a,\"b\"\r\nc", "\u2423", "1e5");

    @Test
    void aFileGivesBackTheSameNumbersAndTexts(@TempDir Path directory) throws IOException {
        Table table = Table.empty().with("number, exact", NUMBERS).with("symbol", TEXTS);
        table.write(directory.resolve("table.csv"));
        Table read = Table.read(directory.resolve("table.csv"));
        assertEquals(List.of("number, exact", "symbol"), read.columns());
        double[] numbers = read.numbers("number, exact");
        for (int i = 0; i < NUMBERS.length; i++) {
            assertEquals(Double.doubleToLongBits(NUMBERS[i]), Double.doubleToLongBits(numbers[i]), "row " + i);
        }
        assertEquals(TEXTS, read.texts("symbol"));
    }

    @Test
    void digitsAsTextStayText() {
        Table table = Table.empty().with("symbol", List.of("1", "2"));
        assertFalse(Csv.read("memory", Csv.write(table)).isNumeric("symbol"));
    }

    @Test
    void wholeNumbersAreWrittenWithoutPointAndMissingOnesEmpty() {
        assertEquals(
                "a,b\n200,\n0.5,x\n",
                Csv.write(Table.rows("a", "b").add(200, " ").add(0.5, "x").table())
                        .replace("\" \"", ""));
        assertEquals("", Csv.number(Double.NaN));
    }

    @Test
    void aForeignFileWithCarriageReturnsAndEmptyLastFieldIsRead() {
        Table table = Csv.read("memory", "step,loss\r\n0,1.5\r\n1,\r\n2,\"3\"");
        assertArrayEquals(new double[] {0, 1, 2}, table.numbers("step"));
        assertEquals(List.of("1.5", "", "3"), table.texts("loss"));
    }

    @Test
    void aDamagedFileIsRefusedWithItsName() {
        for (String damaged : List.of("", "a,b\n1\n", "a\n\"x\n", "a\n\"x\"y\n", "a,a\n1,2\n")) {
            Exception refused = assertThrows(IllegalArgumentException.class, () -> Csv.read("f.csv", damaged), damaged);
            assertTrue(
                    refused.getMessage().contains(damaged.startsWith("a,a") ? "twice" : "f.csv"), refused::getMessage);
        }
    }

    @Test
    void rowsAreChosenByNumberAndByText() {
        Table table = Table.rows("seed", "kind", "loss")
                .add(1, "x", 0.5)
                .add(2, "y", 0.25)
                .add(1, "y", 0.125)
                .table();
        assertArrayEquals(
                new double[] {0.5, 0.125},
                table.where("seed", seed -> seed == 1).numbers("loss"));
        assertArrayEquals(new double[] {0.25, 0.125}, table.where("kind", "y").numbers("loss"));
        assertEquals(List.of("loss", "seed"), table.select("loss", "seed").columns());
        assertArrayEquals(new double[] {1, 2}, table.distinct("seed"));
        assertThrows(IllegalArgumentException.class, () -> table.numbers("kind"));
        assertThrows(IllegalArgumentException.class, () -> table.numbers("absent"));
    }

    @Test
    void aTableKeepsItsOwnNumbers() {
        double[] values = {1, 2};
        Table table = Table.empty().with("a", values);
        values[0] = 9;
        table.numbers("a")[1] = 9;
        assertArrayEquals(new double[] {1, 2}, table.numbers("a"));
        assertThrows(IllegalArgumentException.class, () -> table.with("b", 1));
    }
}
