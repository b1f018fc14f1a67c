// The page of one indicator: map, ranking, course, breakdowns, and the table of all figures.
import { Atlas } from "./atlas.js";
import { chart } from "./charts.js";
import { bandWords, chosen, context, figure, inWords, levelLabel, load, make, meta, number, percent, placeOf, placePage, ready, say, shown, tellFailure } from "./core.js";
import { LongTable } from "./tables.js";

const code = context.indicator;
const item = meta.indicators[code];
const HIGHEST = 12;
const at = (name) => document.querySelector(`[data-${name}]`);
const year = (n) => meta.periods[n][1];
const levels = Object.keys(meta.levels).filter((level) => meta.levels[level].indicators.includes(code));
const many = levels.filter((level) => meta.levels[level].count > 1);
const state = { period: meta.opens_on, level: many.find((level) => !meta.levels[level].parts) ?? many[0] ?? levels[0] };

const columns = [
  { head: say("territory"), value: (row) => row.name },
  { head: say("figure"), numeric: true, value: (row) => row.said },
];
const row = (name, value, series = "", said = inWords(item, value, value === null ? "M" : "A")) => ({ name, value, series, said, told: say("told", { name, figure: said }), short: value === null ? "" : shown(item, value) });

async function draw() {
  // Without a level to choose, the table holds every level, one territory each.
  const shown = many.length ? [state.level] : levels;
  const read = await Promise.all(shown.map(async (level) => ({ level, list: await load("levels", level), values: await load("values", code, level) })));
  if (at("ranking")) ranking(read[0].list, read[0].values);
  table(read);
}
function ranking(list, values) {
  const place = at("ranking");
  place.replaceChildren();
  const known = list.ids.map((id, n) => ({ name: list.names[n], value: values.values[state.period][n] })).filter((one) => one.value !== null).sort((a, b) => b.value - a.value);
  const caption = (words) => `${words} · ${levelLabel(state.level)}, ${year(state.period)}`;
  const bars = (part, words) => chart(place, "bars", unique(part).map((one) => row(one.name, one.value, item.label)), { caption: caption(words), columns });
  if (known.length <= 2 * HIGHEST) bars(known, say("rank"));
  else {
    bars(known.slice(0, HIGHEST), say("chart.highest", { count: HIGHEST }));
    lowest(place, known, bars);
  }
  place.classList.toggle("one", known.length <= 2 * HIGHEST);
}
/** The lowest as bars or, where they are all alike, such as nought, how many there are. */
function lowest(place, known, bars) {
  const last = known.slice(-HIGHEST);
  const alike = known.filter((one) => one.value === last[0].value).length;
  if (last[0].value !== last.at(-1).value) bars(last, say("chart.lowest", { count: HIGHEST }));
  else place.append(make("p", { class: "note" }, say("chart.alike", { count: number(alike), value: shown(item, last[0].value) })));
}
/** Two territories of one name are told apart, or their bars would be one. */
function unique(rows) {
  const seen = new Map();
  return rows.map((one) => {
    const count = (seen.get(one.name) ?? 0) + 1;
    seen.set(one.name, count);
    return count > 1 ? { ...one, name: `${one.name} (${count})` } : one;
  });
}
function table(read) {
  const holder = (list, n) => { const found = Object.values(list.up).map((column) => column[n]).find((one) => one !== null && one !== undefined); return found === undefined ? "" : list.holders[found][1]; };
  const rows = read.flatMap(({ level, list, values }) => list.ids.map((id, n) => ({ id, n, level, values, name: list.names[n], holder: holder(list, n), share: values.coverage[state.period][n] })));
  const value = (one, period = state.period) => one.values.values[period][one.n];
  const status = (one, period = state.period) => one.values.status[period][one.n];
  const band = (one, period = state.period) => one.values.bands?.[period][one.n];
  const periods = meta.periods.map((_, n) => n);
  const within = rows.some((one) => one.holder) ? [{ head: say("within"), value: (one) => one.holder, node: (one) => one.holder }] : [];
  new LongTable(at("table"), {
    name: [code.toLowerCase(), ...(many.length ? [state.level] : [])].join("_"),
    caption: many.length ? `${item.label} · ${levelLabel(state.level)}` : item.label,
    rows,
    columns: [
      { head: say("territory"), value: (one) => one.name, node: (one) => make("a", { href: placePage(one.id) }, one.name) },
      ...within,
      ...periods.map((n) => ({ head: year(n), numeric: true, value: (one) => value(one, n), node: (one) => figure(item, value(one, n), status(one, n), one.values.coverage[n][one.n], band(one, n)), text: (one) => value(one, n) ?? inWords(item, null, status(one, n)) })),
      { head: say("status"), value: (one) => said(value(one), status(one), one.share), node: (one) => said(value(one), status(one), one.share), text: (one) => [said(value(one), status(one), one.share), bandWords(item, band(one))].filter(Boolean).join(", ") },
    ],
    sorted: 1 + within.length + state.period,
    down: true,
  });
}
/** The status of the chosen year in words; a whole and free figure needs none. */
function said(value, status, share) {
  if (value === null) return inWords(item, null, status);
  if (share !== undefined) return say("partly", { share: percent(share) });
  return status === "E" ? say("perturbed") : "";
}

// --- the widest territory: its course, against the levels below, and its breakdowns ---
async function course() {
  const place = at("trend");
  if (!place) return;
  const main = await placeOf(meta.main[0]);
  const lines = [[main.name, main.totals[code]]];
  const level = many.find((one) => meta.levels[one].count <= 5) ?? null;
  if (level) {
    const [list, values] = await Promise.all([load("levels", level), load("values", code, level)]);
    list.ids.forEach((id, n) => lines.push([list.names[n], [values.values.map((own) => own[n]), null, null, values.bands?.map((own) => own[n])]]));
  }
  const rows = lines.filter(([, own]) => own).flatMap(([name, own]) => meta.periods.map(([, label], n) => {
    const said = inWords(item, own[0][n], own[1]?.[n] ?? "M", undefined, own[3]?.[n]);
    return { period: label, value: own[0][n], series: name, said, told: say("told", { name: `${name}, ${label}`, figure: said }) };
  }));
  chart(place, "trend", rows, { caption: `${item.label} · ${main.name}`, columns: [{ head: say("territory"), value: (one) => one.series }, { head: say("year"), value: (one) => one.period }, columns[1]] });
}
async function breakdowns() {
  const place = at("breakdowns");
  if (!place) return;
  const main = await placeOf(meta.main[0]);
  const own = main.breakdowns[code] ?? {};
  for (const [dimension, codes] of Object.entries(own)) {
    const words = meta.dimensions[dimension];
    const rows = Object.keys(words.codes).filter((one) => codes[one]).map((one) => {
      const [values, statuses, , bands] = codes[one];
      return row(words.codes[one], values[state.period], words.label, inWords(item, values[state.period], statuses[state.period], undefined, bands?.[state.period]));
    });
    chart(place, "bars", rows, { caption: `${words.label} · ${main.name}, ${year(state.period)}`, columns: [{ ...columns[0], head: words.label }, columns[1]] });
  }
  if (!place.children.length) document.getElementById("breakdowns").hidden = true;
}

const asked = meta.periods.findIndex(([period]) => period === chosen("period"));
if (asked >= 0) state.period = asked;
if (levels.includes(chosen("level"))) state.level = chosen("level");
let atlas = null;
const map = document.querySelector("[data-atlas]");
if (map) {
  atlas = new Atlas(map, [code], { onChange: (given) => { Object.assign(state, { period: given.period, level: given.level }); draw().catch(tellFailure); } });
  state.level = atlas.state.level;
}
Promise.all([atlas?.done, draw(), course(), breakdowns()]).catch(tellFailure).then(ready);
