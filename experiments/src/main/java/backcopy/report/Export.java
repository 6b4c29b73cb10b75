package backcopy.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A form in which other programs read runs. */
public interface Export {
    /** What a user types, with the form. Parquet is written by the module query, see {@code bb query}. */
    Map<String, Export> ALL = all();

    /**
     * Writes these runs into a directory that is there.
     *
     * @return the files
     */
    List<Path> write(Selection selection, Path directory) throws IOException;

    private static Map<String, Export> all() {
        Map<String, Export> forms = new LinkedHashMap<>();
        forms.put("csv", new CsvExport());
        forms.put("npz", new NpzExport());
        forms.put("tensorboard", new TensorBoardExport());
        return forms;
    }
}
