// The catalogue of programmes: how many, on what, where; the themes filter the territories.
import { chart } from "./charts.js";
import { chosen, context, inWords, keep, levelLabel, load, make, meta, number, placeOf, placePage, ready, say, tellFailure } from "./core.js";
import { LongTable } from "./tables.js";

const at = (name) => document.querySelector(`[data-${name}]`);
const { code, dimension } = context;
const item = meta.indicators[code];
const words = meta.dimensions[dimension];
const levels = Object.keys(meta.levels).filter((level) => meta.levels[level].count > 1 && meta.levels[level].indicators.includes(code));
const asked = meta.periods.findIndex(([period]) => period === chosen("period"));
const state = { level: levels.includes(chosen("level")) ? chosen("level") : levels[0], period: asked >= 0 ? asked : meta.opens_on, theme: Object.hasOwn(words.codes, chosen("theme") ?? "") ? chosen("theme") : "" };
const year = () => meta.periods[state.period][1];

function pick(name, label, options, read = (value) => value) {
  return make("p", {}, make("label", { for: `pick-${name}` }, label), make("select", { id: `pick-${name}`, onchange: (event) => { state[name] = read(event.target.value); show(`pick-${name}`).catch(tellFailure); } }, options.map(([value, text]) => make("option", { value, selected: String(value) === String(state[name]) }, text))));
}
async function show(focused) {
  keep({ level: state.level, period: meta.periods[state.period][0], theme: state.theme });
  at("controls").replaceChildren(
    pick("theme", words.label, [["", say("all")], ...Object.entries(words.codes)]),
    pick("level", say("level"), levels.map((level) => [level, levelLabel(level)])),
    pick("period", say("year"), meta.periods.map(([, label], n) => [n, label]), Number));
  if (focused) document.getElementById(focused).focus();
  const [main, records] = await Promise.all([placeOf(meta.main[0]), everyPlace(state.level)]);
  themes(main);
  const codes = Object.keys(words.codes);
  const of = (record, theme) => record.breakdowns[code]?.[dimension]?.[theme];
  const count = (record, theme) => of(record, theme)?.[0][state.period] ?? 0;
  const total = (record) => (state.theme ? count(record, state.theme) : record.totals[code]?.[0][state.period] ?? 0);
  const rows = records.filter((record) => total(record) > 0);
  new LongTable(at("table"), {
    name: `${code.toLowerCase()}_${state.level}`, caption: `${item.label}${state.theme ? ` · ${words.codes[state.theme]}` : ""} · ${levelLabel(state.level)}, ${year()}`, rows, sorted: 1, down: true,
    columns: [
      { head: say("territory"), value: (row) => row.name, node: (row) => make("a", { href: placePage(row.id) }, row.name) },
      { head: state.theme ? words.codes[state.theme] : item.label, numeric: true, value: total, node: (row) => number(total(row)) },
      ...codes.filter((theme) => theme !== state.theme).map((theme) => ({ head: words.codes[theme], numeric: true, value: (row) => count(row, theme), node: (row) => (count(row, theme) ? number(count(row, theme)) : make("span", { class: "empty" }, "0")) })),
    ],
  });
}
async function everyPlace(level) {
  const files = await Promise.all(meta.levels[level].shards.map((prefix) => load("places", level, prefix || "all")));
  return files.flatMap((file) => Object.entries(file).map(([id, record]) => ({ id, ...record })));
}
function themes(main) {
  const own = main.breakdowns[code]?.[dimension] ?? {};
  const place = at("themes");
  place.replaceChildren();
  const rows = Object.keys(words.codes).filter((theme) => own[theme]).map((theme) => {
    const [values, statuses] = own[theme];
    const told = inWords(item, values[state.period], statuses[state.period]);
    return { name: words.codes[theme], value: values[state.period], series: words.label, told: say("told", { name: words.codes[theme], figure: told }), short: told, said: told };
  });
  chart(place, "bars", rows, { caption: `${words.label} · ${main.name}, ${year()}`, columns: [{ head: words.label, value: (row) => row.name }, { head: item.label, numeric: true, value: (row) => row.said }] });
}
show().catch(tellFailure).then(ready);
