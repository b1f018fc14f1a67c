// The page: what the reader types, runs, reads, takes along and shares.
import { toCsv } from "./csv.js";
import { Engine, Refused } from "./engine.js";
import { drawTable } from "./results.js";

const SHOWN = 1000;
const DOWNLOADED = 200000;
const SECONDS = 30;
const MOST_SHARED = 8000;

const page = JSON.parse(document.getElementById("query-facts").textContent);
const { words, statuses, language } = page;
const part = (name) => document.getElementById(`query-${name}`);
const [editor, status, answer, run, stop, share, download] = [
  "sql", "status", "answer", "run", "stop", "share", "download",
].map(part);
const engine = new Engine({ ...page.engine, worker: new URL("engine-worker.js", import.meta.url) });
const format = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });

function say(text, kind = "") {
  status.textContent = text;
  status.dataset.kind = kind;
}

function fill(template, facts) {
  return template.replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? "");
}

function setBusy(busy) {
  run.disabled = busy;
  stop.hidden = !busy;
  download.disabled = busy || answer.hidden;
  answer.setAttribute("aria-busy", String(busy));
}

async function ask(limit) {
  setBusy(true);
  say(words.starting);
  try {
    await engine.open();
    say(words.running);
    return await engine.run(editor.value, { limit, seconds: SECONDS });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const told = fill(words.refusals[error.code] ?? words.refusals.failed, { seconds: SECONDS });
    say(error.detail ? `${told} ${error.detail}` : told, error.code === "stopped" ? "" : "refused");
    return null;
  } finally {
    setBusy(false);
  }
}

async function show() {
  keepInAddress();
  const result = await ask(SHOWN);
  if (result === null) return;
  answer.replaceChildren(drawTable(result, { words, statuses, language }));
  answer.hidden = false;
  download.disabled = false;
  const facts = { count: format.format(result.rows.length), ms: format.format(result.milliseconds) };
  say(fill(result.truncated ? words.truncated : result.rows.length === 0 ? words.none : words.done, facts));
}

async function save() {
  const result = await ask(DOWNLOADED);
  if (result === null) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([toCsv(result)], { type: "text/csv;charset=utf-8" }));
  link.download = page.file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  const facts = { count: format.format(result.rows.length) };
  say(fill(result.truncated ? words.saved_in_part : words.saved, facts));
}

// After the `#`, which no browser sends: what one asks is nobody's business, the server's neither.
function address() {
  return `#q=${encodeURIComponent(editor.value)}`;
}

async function shareLink() {
  if (address().length > MOST_SHARED) return say(words.too_long_to_share, "refused");
  keepInAddress();
  try {
    await navigator.clipboard.writeText(location.href);
    say(words.shared);
  } catch {
    say(words.shared_in_address);
  }
}

// A link brings a query, and runs nothing: the reader reads it first.
function takeFromAddress() {
  const asked = new URLSearchParams(location.hash.slice(1).replaceAll("+", "%2B")).get("q");
  if (asked === null) return;
  editor.value = asked.slice(0, MOST_SHARED);
  say(words.from_link);
}

// The address keeps the query, so that a reload and the page in the other language have it too.
function keepInAddress() {
  const kept = address().length <= MOST_SHARED ? address() : "";
  history.replaceState(null, "", location.pathname + location.search + kept);
  for (const link of document.querySelectorAll("a[data-keeps-query]")) link.hash = kept;
  document.dispatchEvent(new CustomEvent("kept"));
}

function insert(name) {
  editor.setRangeText(name, editor.selectionStart, editor.selectionEnd, "end");
  editor.focus();
  keepInAddress();
}

editor.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  if (!engine.running) show();
});
editor.addEventListener("change", keepInAddress);
run.addEventListener("click", show);
stop.addEventListener("click", () => engine.stop());
share.addEventListener("click", shareLink);
download.addEventListener("click", save);
document.addEventListener("click", ({ target }) => {
  const chosen = target.closest("button[data-example], button[data-name]");
  if (chosen?.dataset.name) insert(chosen.dataset.name);
  if (!chosen?.dataset.example) return;
  editor.value = page.examples[chosen.dataset.example];
  keepInAddress();
  editor.focus();
  say(words.example);
});
window.addEventListener("hashchange", takeFromAddress);
say(words.ready);
takeFromAddress();
run.disabled = false;
