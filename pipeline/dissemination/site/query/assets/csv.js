// A result as CSV, as the release's own files have it: UTF-8, commas, and no text that a
// spreadsheet would take for a formula.
const FORMULA = /^[=+\-@\t\r\n]/;

export function toCsv({ columns, rows }) {
  const lines = [columns.map((column) => field(column.name)), ...rows.map((row) => row.map(field))];
  return lines.map((line) => `${line.join(",")}\r\n`).join("");
}

function field(value) {
  if (value === null) return "";
  if (typeof value !== "string") return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return `"${text.replaceAll('"', '""')}"`;
}
