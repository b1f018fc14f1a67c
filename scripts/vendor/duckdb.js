// DuckDB's bindings that run inside a worker of ours, Arrow reader included; the engine itself is
// `duckdb.bin`. By path, since the package does not offer this file for browsers by name.
export {
  BROWSER_RUNTIME,
  DuckDBAccessMode,
  VoidLogger,
  createDuckDB,
} from "./node_modules/@duckdb/duckdb-wasm/dist/duckdb-browser-blocking.mjs";
