/**
 * A store of runs as tables of a database in memory, for {@code bb query} and {@code bb export --to parquet}. Reads the
 * store and DuckDB alone, in a process of its own, which {@code bb} starts; built by the Maven profile {@code query}. Start
 * with {@link backcopy.query.StoreTables}.
 */
package backcopy.query;
