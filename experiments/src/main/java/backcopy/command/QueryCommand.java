package backcopy.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bb query}: SQL over all runs. */
@Command(
        name = "query",
        description =
                "Asks the store in SQL. Tables: runs (state and keys), metrics (every record), finals (both, at the"
                        + " last record of each finished run). Names with a dot stand in double quotes. The first time fetches DuckDB, 80 MB.",
        footer = {
            "",
            "Example: bb query 'SELECT \"model.attention\", avg(\"triad.sink\") AS sink FROM finals GROUP BY ALL ORDER BY sink'"
        })
final class QueryCommand extends Verb implements Callable<Integer> {
    @Parameters(paramLabel = "SQL", description = "a statement of DuckDB's SQL")
    private String sql;

    @Mixin
    private StoreOption store;

    @Option(names = "--json", description = "print one JSON object a row")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        interrupt().release(); // nothing to save
        return QueryProgram.run(store.store().root(), json ? "json" : "table", sql);
    }
}
