// DuckDB, alone in a worker: it is handed its program and one database, and can reach nothing else.
//
// Three walls. The engine itself reads no file and no address, loads no extension and changes no
// setting: it is locked before the first query. This worker has no means to fetch, store or send.
// And the page's policy names no other server. A query is prepared inside a select: so it is one
// statement, and one that reads.
import { BROWSER_RUNTIME, DuckDBAccessMode, VoidLogger, createDuckDB } from "./duckdb.js";

const DATABASE = "published.duckdb";
const LOCKS = [
  "set autoinstall_known_extensions = false",
  "set autoload_known_extensions = false",
  "set memory_limit = '1GB'",
  "set enable_external_access = false",
  "set lock_configuration = true",
];
const MEANS = [
  "fetch", "XMLHttpRequest", "WebSocket", "WebTransport", "EventSource", "importScripts",
  "BroadcastChannel", "indexedDB", "caches", "Worker", "SharedWorker", "RTCPeerConnection",
];
// A first word that starts a query; anything else is told so in words, before it is tried.
const QUERY = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/|\()*(select|with|from|values|table|describe|desc|summarize|show|pivot|unpivot)\b/i;

let connection = null;

self.onmessage = async ({ data }) => {
  try {
    if (data.kind === "open") {
      await open(data);
      self.postMessage({ kind: "ready" });
    } else {
      self.postMessage(run(data));
    }
  } catch (error) {
    self.postMessage({ kind: "refused", ...told(error) });
  }
};

async function open({ module, database }) {
  // The program comes compiled: where the bindings would fetch it, it is there already.
  WebAssembly.instantiateStreaming = async (_, imports) => ({
    module,
    instance: await WebAssembly.instantiate(module, imports),
  });
  self.fetch = async () => new Response();
  const none = { mainModule: "engine.wasm", mainWorker: "none" };
  const bundles = { mvp: none, eh: { ...none, mainModule: new URL("engine.wasm", location).href } };
  const duckdb = await createDuckDB(bundles, new VoidLogger(), BROWSER_RUNTIME);
  await duckdb.instantiate(() => {});
  for (const name of MEANS) {
    Object.defineProperty(self, name, { value: undefined, writable: false, configurable: false });
  }
  Object.defineProperty(navigator, "storage", { value: undefined });
  duckdb.registerFileBuffer(DATABASE, database);
  duckdb.open({
    path: DATABASE,
    accessMode: DuckDBAccessMode.READ_ONLY,
    query: { castDecimalToDouble: true },
  });
  connection = duckdb.connect();
  for (const lock of LOCKS) connection.query(lock);
}

function run({ sql, limit }) {
  const started = performance.now();
  const asked = sql.replace(/[\s;]+$/, "");
  if (!QUERY.test(asked)) throw { code: "not_a_query", detail: "" };
  // The line after the query ends what a comment of it would hide.
  const prepared = connection.prepare(`select * from (\n${asked}\n) limit ${limit + 1}`);
  try {
    const table = prepared.query();
    const columns = table.schema.fields.map((field) => ({ name: field.name, kind: kind(field.type) }));
    const shown = Math.min(table.numRows, limit);
    const read = columns.map((column, place) => values(table.getChildAt(place), column.kind, shown));
    return {
      kind: "rows",
      columns,
      rows: Array.from({ length: shown }, (_, row) => read.map((values) => values[row])),
      truncated: table.numRows > limit,
      milliseconds: performance.now() - started,
    };
  } finally {
    prepared.close();
  }
}

function kind(type) {
  const name = String(type);
  if (/^Bool/.test(name)) return "boolean";
  if (/^U?[Ii]nt\d/.test(name)) return "integer";
  if (/^Float/.test(name)) return "number";
  if (/^Date/.test(name)) return "date";
  if (/^Timestamp/.test(name)) return "time";
  return "text";
}

function values(vector, kind, count) {
  return Array.from({ length: count }, (_, row) => plain(vector.get(row), kind));
}

// A value as the page shows and writes it: a number, a boolean, a text, or null.
function plain(value, kind) {
  if (value === null || value === undefined) return null;
  if (typeof value === "bigint") {
    return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  }
  if (kind === "date") return new Date(Number(value)).toISOString().slice(0, 10);
  if (kind === "time") return new Date(Number(value)).toISOString().slice(0, 19).replace("T", " ");
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "object") {
    return JSON.stringify(value, (_, part) => (typeof part === "bigint" ? part.toString() : part));
  }
  return value;
}

// DuckDB names the kind of each refusal; what bears no such name is the engine failing.
function told(error) {
  if (error.code) return error;
  const message = String(error?.message ?? error);
  const found = /^(?:Invalid Input Error: |Binder Error: )?([A-Z][A-Za-z- ]*?) Error: /.exec(message);
  if (!found) return { code: "broken", detail: "" };
  if (/multiple statements/.test(message)) return { code: "not_one", detail: "" };
  const codes = {
    Parser: "not_understood", Syntax: "not_understood", Catalog: "unknown_name",
    Binder: "unknown_name", "Out of Memory": "too_large", Permission: "not_allowed",
    IO: "not_allowed", HTTP: "not_allowed", "Missing Extension": "not_allowed",
  };
  return { code: codes[found[1]] ?? "failed", detail: detail(message) };
}

// DuckDB's own sentence, without its kind; lines count from the reader's first.
function detail(message) {
  const [sentence, ...rest] = message.split("\n\nLINE ");
  const line = rest.length ? Number.parseInt(rest[0], 10) - 1 : 0;
  const words = sentence.replace(/^(?:[A-Z][A-Za-z- ]*? Error: )+/, "").trim();
  return line > 0 ? `${words} [${line}]` : words;
}
