package backcopy.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A directory with one file a step, such as {@code step-000200.npz}. Other names in it are not looked at. */
final class StepFiles {
    private final Path directory;
    private final String extension;
    private final Pattern name;

    StepFiles(Path directory, String extension) {
        this.directory = directory;
        this.extension = extension;
        name = Pattern.compile("step-([0-9]{6,18})\\." + extension);
    }

    Path path(long step) {
        return directory.resolve(String.format(Locale.ROOT, "step-%06d.%s", step, extension));
    }

    /** The steps that have a file, ascending. */
    List<Long> steps() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> name.matcher(file.getFileName().toString()))
                    .filter(Matcher::matches)
                    .map(matcher -> Long.valueOf(matcher.group(1)))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (NotDirectoryException e) {
            throw new IllegalArgumentException(directory + " is not a directory");
        } catch (IOException e) {
            throw new IllegalArgumentException(directory + " cannot be read: " + Reason.of(e));
        }
    }

    /** Deletes the files of the steps in {@code [from, to)}. */
    void delete(long from, long to) throws IOException {
        for (long step : steps()) if (step >= from && step < to) Files.deleteIfExists(path(step));
    }
}
