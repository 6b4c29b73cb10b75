package backcopy.run;

import backcopy.task.BigramTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The files that a spec names. Runs know them by their content; whoever reads one again of a stored run makes sure that it is
 * still the same file.
 */
final class NamedFiles {
    private static final String CORPUS = "task.corpus", TOKENS = "evaluation.tokens", INIT = "init";

    /** How much of a hash a person is told. */
    private static final int DIGITS = 12;

    private NamedFiles() {}

    /** The files of a spec by key; {@code init} may be null. */
    static Map<String, Path> of(RunSpec spec, Path init) {
        Map<String, Path> files = new LinkedHashMap<>();
        String corpus = spec.task().corpus(), tokens = spec.evaluation().tokens();
        if (!BigramTable.isBuiltIn(corpus)) files.put(CORPUS, Path.of(corpus));
        if (!tokens.isEmpty()) files.put(TOKENS, Path.of(tokens));
        if (init != null) files.put(INIT, init);
        return files;
    }

    /** The SHA-256 of each by key. */
    static Map<String, String> contents(Map<String, Path> files) {
        Map<String, String> contents = new LinkedHashMap<>();
        files.forEach((key, file) -> contents.put(key, content(words(key, file), file)));
        return contents;
    }

    /**
     * Refuses a file of a run that is another one now.
     *
     * @throws IllegalArgumentException in one line
     */
    static void requireSame(RunDirectory run) {
        RunState state = run.state();
        of(run.spec(), state.init().isEmpty() ? null : Path.of(state.init()))
                .forEach((key, file) -> requireSame(run, key, file));
    }

    /** The same of the corpus alone. */
    static void requireSameCorpus(RunDirectory run) {
        Map<String, Path> files = of(run.spec(), null);
        if (files.containsKey(CORPUS)) requireSame(run, CORPUS, files.get(CORPUS));
    }

    /** The same of the evaluation batch alone. */
    static void requireSameTokens(RunDirectory run) {
        Map<String, Path> files = of(run.spec(), null);
        if (files.containsKey(TOKENS)) requireSame(run, TOKENS, files.get(TOKENS));
    }

    /**
     * Refuses a file that a run names as the run it goes on from did, where it is another one by now: nobody asked for that.
     *
     * @param files of the run that goes on, by key
     * @param contents of these
     */
    static void requireSameAsParent(RunDirectory parent, Map<String, Path> files, Map<String, String> contents) {
        Map<String, Path> before = of(parent.spec(), null);
        files.forEach((key, file) -> {
            String then = parent.state().contents().get(key);
            if (isSame(file, before.get(key)) && then != null && !then.equals(contents.get(key)))
                throw new IllegalArgumentException(another(parent, key, file, then, contents.get(key))
                        + "; to go on with other contents, give it another name");
        });
    }

    private static boolean isSame(Path one, Path other) {
        return other != null
                && one.toAbsolutePath()
                        .normalize()
                        .equals(other.toAbsolutePath().normalize());
    }

    private static void requireSame(RunDirectory run, String key, Path file) {
        String then = run.state().contents().get(key), now = content(words(key, file), file);
        if (!now.equals(then)) throw new IllegalArgumentException(another(run, key, file, then, now));
    }

    private static String another(RunDirectory run, String key, Path file, String then, String now) {
        String what = key.equals(CORPUS) ? "the corpus" : key.equals(TOKENS) ? "the evaluation batch" : "the file";
        return words(key, file) + ": " + what + " is another file now than when run " + run.identity()
                + " began: SHA-256 " + start(now) + ", not " + start(then);
    }

    private static String start(String hash) {
        return hash.substring(0, Math.min(DIGITS, hash.length()));
    }

    private static String words(String key, Path file) {
        return (key.equals(INIT) ? "--init " : key + " = ") + file;
    }

    private static String content(String words, Path file) {
        if (!Files.isRegularFile(file))
            throw new IllegalArgumentException(words + (Files.exists(file) ? " is not a file" : " does not exist"));
        return RunIdentity.contentOf(file);
    }
}
