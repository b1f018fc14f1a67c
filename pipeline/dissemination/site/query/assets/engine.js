// The query engine of the page: DuckDB in a worker, over the release's own database.
//
// What makes it safe: the worker is given everything and can fetch nothing; the engine is locked
// (see engine-worker.js); a query that takes too long, or too much, ends with its worker. What is
// fetched here is this release's database and the engine, known by its hash, and nothing else.

export class Refused extends Error {
  constructor(code, detail = "") {
    super(code);
    this.code = code;
    this.detail = detail;
  }
}

export class Engine {
  #places;
  #module = null;
  #worker = null;
  #ready = null;
  #waiting = null;
  #round = 0;

  // places: {worker, engine, integrity, database}: addresses of this server, the engine's hash.
  constructor(places) {
    this.#places = places;
  }

  get running() {
    return this.#waiting !== null;
  }

  // Fetch and start what is not there yet.
  open() {
    this.#ready ??= this.#start().catch((error) => {
      this.#ready = null;
      throw error;
    });
    return this.#ready;
  }

  // Run one query: {columns: [{name, kind}], rows, truncated, milliseconds}; or throw Refused.
  async run(sql, { limit, seconds }) {
    await this.open();
    const clock = setTimeout(() => this.stop("too_long"), seconds * 1000);
    try {
      return await this.#ask({ kind: "run", sql, limit });
    } catch (error) {
      if (error.code === "broken") this.stop("too_large");
      throw error.code === "broken" ? new Refused("too_large") : error;
    } finally {
      clearTimeout(clock);
    }
  }

  // End the worker and whatever it does; the next query starts another.
  stop(code = "stopped") {
    this.#round += 1;
    this.#worker?.terminate();
    this.#worker = null;
    this.#ready = null;
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.reject(new Refused(code));
  }

  async #start() {
    const round = this.#round;
    const database = await this.#fetch(this.#places.database, {});
    const content = new Uint8Array(await database.arrayBuffer());
    this.#module ??= await this.#compile();
    if (round !== this.#round) throw new Refused("stopped");
    this.#worker = new Worker(this.#places.worker, { type: "module" });
    this.#worker.onmessage = ({ data }) => this.#answered(data);
    this.#worker.onerror = () => this.stop("not_started");
    await this.#ask({ kind: "open", module: this.#module, database: content }, [content.buffer]);
  }

  // The engine lies packed, so that any server serves it as it is, and is known by its hash.
  async #compile() {
    const packed = await this.#fetch(this.#places.engine, { integrity: this.#places.integrity });
    const unpacked = packed.body.pipeThrough(new DecompressionStream("gzip"));
    const headers = { "Content-Type": "application/wasm" };
    try {
      return await WebAssembly.compileStreaming(new Response(unpacked, { headers }));
    } catch {
      throw new Refused("not_started");
    }
  }

  async #fetch(address, options) {
    try {
      const response = await fetch(address, { credentials: "omit", redirect: "error", ...options });
      if (response.ok) return response;
    } catch {
      // Out of reach, or not what its hash says.
    }
    throw new Refused("not_loaded");
  }

  #ask(message, transferred = []) {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#worker.postMessage(message, transferred);
    });
  }

  #answered(data) {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (data.kind === "refused") waiting?.reject(new Refused(data.code, data.detail));
    else waiting?.resolve(data);
  }
}
