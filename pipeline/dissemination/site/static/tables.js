// Tables: those of the page made sortable, and long ones drawn a page at a time.
import { language, make, number, plainText, say } from "./core.js";

const collator = new Intl.Collator(language);

/** Sort the rows of every `.sortable` table by the column whose head is pressed. */
export function sortTables(within = document) {
  for (const table of within.querySelectorAll("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, place) => head.querySelector("button")?.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending" || (place > 0 && head.getAttribute("aria-sort") === "none");
      heads.forEach((other) => other.getAttribute("aria-sort") && other.setAttribute("aria-sort", "none"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = [...table.tBodies[0].rows];
      rows.sort(order((row) => row.cells[place].dataset.value ?? row.cells[place].textContent, down));
      table.tBodies[0].append(...rows);
    }));
  }
}
/** Compare by number where both are, else by name; what has no value comes last either way. */
function order(value, down) {
  return (a, b) => {
    const [x, y] = [value(a), value(b)];
    const [noX, noY] = [x === "" || x === null, y === "" || y === null];
    if (noX || noY) return noX - noY;
    const numbers = !Number.isNaN(Number(x)) && !Number.isNaN(Number(y));
    const found = numbers ? Number(x) - Number(y) : collator.compare(x, y);
    return down ? -found : found;
  };
}

const ROWS = 50;
/**
 * A table that filters, sorts, turns its pages and can be saved as CSV.
 * `columns`: {head, value(row), node(row), numeric, text(row)}; the first is the row's name.
 */
export class LongTable {
  constructor(place, { columns, rows, name, sorted = 0, down = false, caption }) {
    Object.assign(this, { columns, all: rows, name, sorted, down, from: 0, caption });
    this.filter = make("input", { type: "search", "aria-label": say("table.filter"), placeholder: say("table.filter"), oninput: () => { this.from = 0; this.draw(); } });
    this.body = make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption });
    this.said = make("span", { "aria-live": "polite" });
    this.before = make("button", { type: "button", class: "button", onclick: () => this.turn(-ROWS) }, `← ${say("table.before")}`);
    this.after = make("button", { type: "button", class: "button", onclick: () => this.turn(ROWS) }, `${say("table.after")} →`);
    this.save = make("a", { class: "button", download: `${name}.csv`, href: "#", onclick: () => this.write() }, say("table.download"));
    place.replaceChildren(make("div", { class: "table-tools" }, this.filter, this.save), this.body, make("div", { class: "table-tools" }, this.before, this.said, this.after));
    this.draw();
  }
  turn(step) { this.from += step; this.draw(); this.body.scrollTo(0, 0); }
  shown() {
    const wanted = plainText(this.filter.value.trim());
    const found = wanted ? this.all.filter((row) => plainText(this.columns[0].value(row)).includes(wanted)) : [...this.all];
    return found.sort(order(this.columns[this.sorted].value, this.down));
  }
  draw() {
    const rows = this.shown();
    if (this.from >= rows.length) this.from = 0;
    const part = rows.slice(this.from, this.from + ROWS);
    const heads = this.columns.map((column, n) => make("th", { scope: "col", class: column.numeric ? "n" : undefined, "aria-sort": n === this.sorted ? (this.down ? "descending" : "ascending") : "none" },
      make("button", { type: "button", onclick: () => this.sort(n) }, column.head)));
    const lines = part.map((row) => make("tr", {}, this.columns.map((column, n) => make(n ? "td" : "th", { scope: n ? undefined : "row", class: column.numeric ? "n" : undefined }, column.node(row)))));
    this.body.replaceChildren(make("table", { class: "sortable" }, make("caption", {}, this.caption), make("thead", {}, make("tr", {}, heads)), make("tbody", {}, lines)));
    this.said.textContent = say("table.rows", { from: number(rows.length ? this.from + 1 : 0), to: number(this.from + part.length), count: number(rows.length) });
    this.before.hidden = this.from === 0;
    this.after.hidden = this.from + ROWS >= rows.length;
  }
  sort(n) {
    this.down = n === this.sorted ? !this.down : this.columns[n].numeric === true;
    this.sorted = n;
    this.from = 0;
    this.draw();
    this.body.querySelectorAll("thead button")[n].focus();
  }
  write() { this.save.href = csvAddress(this.columns, this.shown()); }
}
/** The address of a CSV file made here: UTF-8, commas, what would start a formula neutralised. */
export function csvAddress(columns, rows) {
  const written = (value) => {
    const text = value === null || value === undefined ? "" : String(value);
    const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const lines = [columns.map((column) => written(column.head)), ...rows.map((row) => columns.map((column) => written((column.text ?? column.value)(row))))];
  return URL.createObjectURL(new Blob(["\ufeff" + lines.map((line) => line.join(",")).join("\r\n") + "\r\n"], { type: "text/csv" }));
}
