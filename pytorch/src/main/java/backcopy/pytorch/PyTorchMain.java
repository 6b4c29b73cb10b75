package backcopy.pytorch;

import static org.bytedeco.pytorch.global.torch.get_num_threads;
import static org.bytedeco.pytorch.global.torch.set_num_threads;

import backcopy.run.Keys;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Answers what {@code bb bench --against pytorch} asks, a line for a line, until its input ends. Arguments: the keys of a
 * run. Asked {@code step N}, with micro-batches of N sequences, it answers with a loss; asked {@code trial N S}, with tokens a
 * second in S seconds; asked {@code window N S}, with tokens a second and the last loss. Answers begin with {@code >}, because
 * libraries print too.
 */
final class PyTorchMain {
    private PyTorchMain() {}

    public static void main(String[] keys) throws IOException {
        RunSpec spec = Keys.parse(Scale.PAPER.spec(), Keys.overrides(List.of(keys)));
        set_num_threads(spec.train().threads());
        PyTorchTrainer trainer = new PyTorchTrainer(spec);
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        answer("%d %d %s", trainer.model().size(), get_num_threads(), String.join(",", matmulLibraries()));
        for (String question = questions.readLine(); question != null; question = questions.readLine()) {
            String[] words = question.split(" ");
            int microBatch = Integer.parseInt(words[1]);
            switch (words[0]) {
                case "step" -> answer("%.9g", trainer.step(microBatch));
                case "trial" -> answer("%.9g", trainer.trial(microBatch, Double.parseDouble(words[2])));
                default ->
                    answer("%.9g %.9g", trainer.window(microBatch, Double.parseDouble(words[2])), trainer.lastLoss());
            }
        }
    }

    private static void answer(String format, Object... values) {
        System.out.println("> " + String.format(Locale.ROOT, format, values));
    }

    /** The files of matmul libraries that this process has loaded, as Linux tells them. */
    private static List<String> matmulLibraries() throws IOException {
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            return maps.filter(line -> line.contains("/"))
                    .map(line -> line.substring(line.lastIndexOf('/') + 1))
                    .filter(file -> file.matches("lib(openblas|mkl).*"))
                    .distinct()
                    .sorted()
                    .collect(Collectors.toList());
        }
    }
}
