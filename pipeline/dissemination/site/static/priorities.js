// Where what is missing is greatest: needs of a level, ranked, with the pupils of each territory.
import { chart } from "./charts.js";
import { chosen, context, figure, inWords, keep, levelLabel, load, make, meta, number, placePage, ready, say, shown, tellFailure } from "./core.js";
import { LongTable } from "./tables.js";

const FIRST = 15;
const at = (name) => document.querySelector(`[data-${name}]`);
const year = (n) => meta.periods[n][1];
const { needs, pupils } = context;
const levels = Object.keys(meta.levels).filter((level) => meta.levels[level].count > 1 && needs.some((code) => meta.levels[level].indicators.includes(code)));
const asked = meta.periods.findIndex(([period]) => period === chosen("period"));
const state = { need: needs.includes(chosen("need")) ? chosen("need") : needs[0], level: levels.includes(chosen("level")) ? chosen("level") : levels.find((level) => meta.levels[level].count <= 200) ?? levels[0], period: asked >= 0 ? asked : meta.opens_on };

function pick(name, label, options, change) {
  return make("p", {}, make("label", { for: `pick-${name}` }, label), make("select", { id: `pick-${name}`, onchange: (event) => { state[name] = change(event.target.value); show(`pick-${name}`).catch(tellFailure); } }, options.map(([value, text]) => make("option", { value, selected: String(value) === String(state[name]) }, text))));
}
async function show(focused) {
  keep({ need: state.need, level: state.level, period: meta.periods[state.period][0] });
  at("controls").replaceChildren(
    pick("need", say("priorities.need"), needs.map((code) => [code, meta.indicators[code].label]), (code) => code),
    pick("level", say("level"), levels.map((level) => [level, levelLabel(level)]), (level) => level),
    pick("period", say("year"), meta.periods.map(([, label], n) => [n, label]), Number));
  if (focused) document.getElementById(focused).focus();
  const { level, period } = state;
  const has = (code) => meta.levels[level].indicators.includes(code);
  const own = needs.filter(has);
  const [list, served, ...all] = await Promise.all([load("levels", level), pupils && has(pupils) ? load("values", pupils, level) : null, ...own.map((code) => load("values", code, level))]);
  const item = meta.indicators[state.need];
  const values = all[own.indexOf(state.need)];
  const rows = list.ids.map((id, n) => ({ id, n, name: list.names[n], value: values.values[period][n], status: values.status[period][n], share: values.coverage[period][n], band: values.bands?.[period][n], pupils: served ? served.values[period][n] : null }));
  draw(item, rows.filter((row) => row.value !== null));
  const per = (row) => (row.value === null || !row.pupils ? null : (1000 * row.value) / row.pupils);
  new LongTable(at("table"), {
    name: `${state.need.toLowerCase()}_${level}`, caption: `${item.label} · ${levelLabel(level)}, ${year(period)}`, rows, sorted: 1, down: true,
    columns: [
      { head: say("territory"), value: (row) => row.name, node: (row) => make("a", { href: placePage(row.id) }, row.name) },
      { head: item.label, numeric: true, value: (row) => row.value, node: (row) => figure(item, row.value, row.status, row.share, row.band), text: (row) => row.value ?? inWords(item, null, row.status) },
      ...(served ? [
        { head: meta.indicators[pupils].label, numeric: true, value: (row) => row.pupils, node: (row) => figure(meta.indicators[pupils], row.pupils, served.status[period][row.n]), text: (row) => row.pupils ?? inWords(meta.indicators[pupils], null, served.status[period][row.n]) },
        { head: say("priorities.per"), numeric: true, value: per, node: (row) => (per(row) === null ? "" : number(per(row), 1)) }] : []),
      ...own.filter((code) => code !== state.need).map((code) => { const other = all[own.indexOf(code)]; const one = meta.indicators[code]; return { head: one.label, numeric: true, value: (row) => other.values[period][row.n], node: (row) => figure(one, other.values[period][row.n], other.status[period][row.n], other.coverage[period][row.n], other.bands?.[period][row.n]), text: (row) => other.values[period][row.n] ?? inWords(one, null, other.status[period][row.n]) }; }),
    ],
  });
}
function draw(item, rows) {
  const place = at("map");
  place.replaceChildren();
  const first = [...rows].sort((a, b) => b.value - a.value).slice(0, FIRST).map((row) => ({ name: row.name, value: row.value, series: item.label, told: say("told", { name: row.name, figure: shown(item, row.value) }), short: shown(item, row.value) }));
  chart(place, "bars", first, { caption: `${say("chart.highest", { count: first.length })} · ${item.label}`, columns: [{ head: say("territory"), value: (row) => row.name }, { head: item.label, numeric: true, value: (row) => row.short }] });
}
show().catch(tellFailure).then(ready);
