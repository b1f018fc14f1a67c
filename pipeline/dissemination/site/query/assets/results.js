// A result as a table for people: figures in the language's form, statuses in words, and an empty
// figure never without its reason.
const REASONS = { C: "hidden", Q: "hidden", L: "missing", M: "impossible" };

// words: of the page; statuses: {column: {code: label}}; language: of figures.
export function drawTable(result, { words, statuses, language }) {
  const table = document.createElement("table");
  const head = table.createTHead().insertRow();
  for (const column of result.columns) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = column.name;
    if (isFigure(column)) cell.className = "figure";
    head.append(cell);
  }
  const body = table.createTBody();
  const formats = result.columns.map((_, place) => columnFormat(result.rows, place, language));
  const reasons = result.columns.map((column) => reasonPlaces(column, result.columns));
  for (const row of result.rows) {
    const line = body.insertRow();
    row.forEach((value, place) => {
      const column = result.columns[place];
      const cell = line.insertCell();
      if (isFigure(column)) cell.className = "figure";
      if (value === null) drawEmpty(cell, reasons[place].map((at) => row[at]), words);
      else if (column.name in statuses) cell.textContent = statuses[column.name][value] ?? value;
      else cell.textContent = typeof value === "number" ? figure(value, column, formats[place]) : String(value);
    });
  }
  return table;
}

function isFigure(column) {
  return column.kind === "integer" || column.kind === "number";
}

// As many decimals in a column as its longest figure has, six at most.
function columnFormat(rows, place, language) {
  const decimals = rows.map((row) => (String(row[place]).split(".")[1] ?? "").length);
  const digits = Math.min(6, decimals.reduce((most, count) => Math.max(most, count), 0));
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(language, options);
}

// Years and other whole codes are not grouped by thousands: 2021 is a year, not 2 021.
function figure(value, column, format) {
  return /period|year/.test(column.name) ? String(value) : format.format(value);
}

// Where the reason of an empty cell may stand: its own status, else that of the row.
function reasonPlaces(column, columns) {
  const names = [`${column.name}_status`, "conf_status", "obs_status"];
  return names.map((name) => columns.findIndex((other) => other.name === name)).filter((at) => at >= 0);
}

function drawEmpty(cell, codes, words) {
  const said = codes.map((code) => REASONS[code]).find((reason) => reason) ?? "empty";
  const mark = document.createElement("span");
  mark.className = said;
  mark.textContent = words[said];
  cell.append(mark);
}
