// Territories side by side; the address says which, so that a link shows the same.
import { chart } from "./charts.js";
import { belowZero, chosen, difference, figure, inWords, isAmount, keep, levelLabel, load, make, meta, number, placeOf, placePage, plainText, ready, say, tellFailure } from "./core.js";

const MOST = 6;
const at = (name) => document.querySelector(`[data-${name}]`);
const year = (n) => meta.periods[n][1];
const asked = meta.periods.findIndex(([period]) => period === chosen("period"));
const state = { ids: (chosen("ids") ?? "").split(",").filter(Boolean).slice(0, MOST), period: asked >= 0 ? asked : meta.opens_on, trend: chosen("trend") };

async function start() {
  if (!state.ids.length) state.ids = await largest();
  await show();
}
/** To begin with: the largest of the first level that has several, and the whole. */
async function largest() {
  const level = Object.keys(meta.levels).reverse().find((one) => meta.levels[one].count > 1);
  if (!level) return [meta.main[0]];
  const list = await load("levels", level);
  const order = list.ids.map((id, n) => [id, list.inhabitants[n] ?? 0]).sort((a, b) => b[1] - a[1]);
  return [...order.slice(0, 2).map(([id]) => id), meta.main[0]];
}
async function show() {
  const records = (await Promise.all(state.ids.map(placeOf))).filter(Boolean);
  state.ids = records.map((record) => record.id);
  keep({ ids: state.ids.join(","), period: meta.periods[state.period][0], trend: state.trend });
  drawChosen(records);
  drawTables(records);
}
/** Every territory as it is suggested: a nation's are many, and asked for once somebody types. */
async function suggested() {
  const places = await load("territories");
  return places.ids.map((id, n) => ({ id, text: `${places.names[n]} (${levelLabel(places.levels[places.level[n]])})` }));
}
function drawChosen(records) {
  const list = make("datalist", { id: "all-places" });
  const input = make("input", { id: "add-place", list: "all-places", autocomplete: "off", disabled: records.length >= MOST });
  let names = null;
  const suggest = async () => {
    names ??= await suggested();
    const wanted = plainText(input.value.trim());
    list.replaceChildren(...(wanted.length < 2 ? [] : names.filter((one) => plainText(one.text).includes(wanted)).slice(0, 40).map((one) => make("option", { value: one.text }))));
    const found = names.find((one) => one.text === input.value);
    if (found && !state.ids.includes(found.id)) { state.ids.push(found.id); show().then(() => document.getElementById("add-place").focus()).catch(tellFailure); }
  };
  input.addEventListener("input", () => suggest().catch(tellFailure));
  const years = meta.periods.length > 1 ? make("div", { class: "segmented", role: "group", "aria-label": say("year") }, meta.periods.map(([period, label], n) => make("button", { type: "button", "data-period": period, "aria-pressed": String(n === state.period), onclick: () => { state.period = n; show().then(() => document.querySelector(`[data-period="${period}"]`).focus()).catch(tellFailure); } }, label))) : "";
  at("chosen").replaceChildren(
    make("ul", { class: "chips" }, records.map((record, n) => make("li", { class: `chip s${n}` }, make("a", { href: placePage(record.id) }, record.name), make("small", {}, levelLabel(record.level)), make("button", { type: "button", "aria-label": say("compare.remove", { name: record.name }), onclick: () => { state.ids = state.ids.filter((id) => id !== record.id); show().catch(tellFailure); } }, "×")))),
    make("div", { class: "controls" }, make("p", {}, make("label", { for: "add-place" }, say("compare.add", { most: number(MOST) })), input, list), years),
  );
}
function drawTables(records) {
  const stage = at("compared");
  stage.replaceChildren();
  if (records.length < 2) { stage.append(make("section", { class: "wide" }, make("p", { class: "notice" }, say("compare.few")))); return; }
  const { period } = state;
  const reference = records.at(-1);
  const themes = meta.themes.map(([theme, label, codes]) => [theme, label, codes.filter((code) => records.some((record) => record.totals[code]))]).filter(([, , codes]) => codes.length);
  const cell = (record, code) => { const own = record.totals[code]; return own ? figure(meta.indicators[code], own[0][period], own[1][period], own[2]?.[period], own[3]?.[period]) : ""; };
  const gap = (record, code) => {
    const item = meta.indicators[code];
    if (isAmount(item) || record === reference) return "";
    const [own, other] = [record.totals[code]?.[0][period] ?? null, reference.totals[code]?.[0][period] ?? null];
    if (own === null || other === null) return "";
    const by = own - other;
    const good = item.better === "neither" || !by ? "" : (by > 0) === (item.better === "higher") ? "good" : "bad";
    return make("small", { class: `gap-of ${good}` }, difference(item, by));
  };
  themes.forEach(([theme, label, codes], n) => stage.append(make("section", { class: n % 2 ? "wide" : "band", id: theme }, make("div", { class: n % 2 ? "" : "wide" }, make("h2", {}, label),
    make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label }, make("table", { class: "compared" }, make("caption", {}, `${year(period)} · ${say("compare.against", { name: reference.name })}`),
      make("thead", {}, make("tr", {}, make("th", { scope: "col" }, say("indicator")), records.map((record) => make("th", { scope: "col", class: "n" }, record.name)))),
      make("tbody", {}, codes.map((code) => make("tr", {}, make("th", { scope: "row" }, make("a", { href: meta.indicators[code].page }, meta.indicators[code].label)), records.map((record) => make("td", { class: "n" }, cell(record, code), gap(record, code)))))))),
    belowZero(codes, (code) => records.map((record) => record.totals[code]?.[0][period] ?? 0))))));
  drawTrend(stage, records, themes);
}
function drawTrend(stage, records, themes) {
  if (meta.periods.length < 2) return;
  const codes = themes.flatMap(([, , own]) => own).filter((code) => !isAmount(meta.indicators[code]) && meta.indicators[code].better !== "neither");
  if (!codes.length) return;
  const code = codes.includes(state.trend) ? state.trend : codes[0];
  const item = meta.indicators[code];
  const groups = themes.map(([, label, own]) => [label, own.filter((one) => codes.includes(one))]).filter(([, own]) => own.length);
  const place = make("div", {});
  stage.append(make("section", { class: themes.length % 2 ? "wide" : "band" }, make("div", { class: themes.length % 2 ? "" : "wide" }, make("h2", {}, say("place.trend")),
    make("div", { class: "controls" }, make("p", {}, make("label", { for: "trend-of" }, say("indicator")), make("select", { id: "trend-of", onchange: (event) => { state.trend = event.target.value; show().then(() => document.getElementById("trend-of").focus()).catch(tellFailure); } }, groups.map(([label, own]) => make("optgroup", { label }, own.map((one) => make("option", { value: one, selected: one === code }, meta.indicators[one].label))))))), place)));
  const rows = records.filter((record) => record.totals[code]).flatMap((record) => meta.periods.map(([, label], n) => { const [values, statuses, , bands] = record.totals[code]; const said = inWords(item, values[n], statuses[n], undefined, bands?.[n]); return { period: label, value: values[n], series: record.name, told: say("told", { name: `${record.name}, ${label}`, figure: said }), said }; }));
  chart(place, "trend", rows, { caption: item.label, columns: [{ head: say("territory"), value: (one) => one.series }, { head: say("year"), value: (one) => one.period }, { head: say("figure"), numeric: true, value: (one) => one.said }] });
}
start().catch(tellFailure).then(ready);
