// The profile of one territory: its figures against what holds it and against its peers.
import { chart } from "./charts.js";
import { belowZero, chosen, difference, draw, figure, inWords, isAmount, keep, levelLabel, load, make, meta, number, percent, placeOf, placePage, ready, say, shown, tellFailure } from "./core.js";

const place = document.querySelector("[data-place]");
const year = (n) => meta.periods[n][1];

async function start() {
  const id = chosen("id");
  if (!id) return;
  const record = await placeOf(id);
  if (!record) { place.prepend(make("p", { class: "notice wide", role: "alert" }, say("place.unknown"))); return; }
  const chains = Object.values(record.up).filter((chain) => chain.length);
  // A body that nothing holds stands against the whole all the same.
  const other = chains.length ? nearestWhole(chains) : meta.main[0];
  const parent = other === record.id ? null : await placeOf(other);
  const peers = await load("peers", record.level);
  show(record, parent, peers);
}
/** Compare with the widest territory wholly in scope that holds it; else with the nearest. */
function nearestWhole(chains) {
  const held = chains.flat().map(([id]) => id);
  return held.includes(meta.main[0]) ? meta.main[0] : chains[0][0][0];
}
/** The group of peers: the first typology's class, else the whole level. */
function group(record) {
  const [typology, code] = Object.entries(record.classes)[0] ?? [];
  return typology ? { key: `${typology}:${code}`, words: say("place.peers_class", { level: levelLabel(record.level), class: meta.dimensions[typology]?.codes[code] ?? code }) } : { key: "_T", words: say("place.peers_level", { level: levelLabel(record.level) }) };
}
function show(record, parent, peers) {
  document.title = `${record.name} · ${document.title.split(" · ").slice(1).join(" · ")}`;
  const chains = Object.values(record.up).filter((chain) => chain.length);
  const held = new Map(chains.flat().map(([id, name, level]) => [id, { name, level }]));
  const of = group(record);
  const head = make("section", { class: "wide head" },
    make("p", { class: "eyebrow" }, levelLabel(record.level)),
    make("h1", {}, record.name, record.scope !== null && record.scope < 1 ? make("span", { class: "part" }, say("part")) : ""),
    make("p", { class: "trail" }, [...held].flatMap(([id, one], n) => [n ? " · " : "", make("a", { href: placePage(id) }, one.name), make("small", {}, ` ${levelLabel(one.level)}`)])),
    make("p", { class: "lead" }, [record.inhabitants === null ? null : say("inhabitants", { count: number(record.inhabitants) }), ...Object.entries(record.classes).map(([typology, code]) => meta.dimensions[typology]?.codes[code])].filter(Boolean).join(" · ")),
    notices(record),
    make("p", { class: "actions" }, make("a", { class: "button", href: `compare.html?ids=${[record.id, parent?.id].filter(Boolean).map(encodeURIComponent).join(",")}` }, say("map.compare"))),
  );
  const sections = meta.themes.map(([theme, label, codes]) => [theme, label, codes.filter((code) => record.totals[code])]).filter(([, , codes]) => codes.length)
    .map(([theme, label, codes], n) => make("section", { class: n % 2 ? "wide" : "band", id: theme }, make("div", { class: n % 2 ? "" : "wide" }, make("h2", {}, label), codes.some((code) => meta.indicators[code].kind === "need") ? make("p", { class: "note" }, say("needs.sums")) : "", themeTable(record, parent, peers, of, codes, label), belowZero(codes, (code) => record.totals[code][0]), ...split(record, codes))));
  place.replaceChildren(head, ...sections, trend(record, parent), inside(record));
  drawTrend(record, parent);
  for (const open of pending.splice(0)) open();
}
function notices(record) {
  const lines = [];
  if (record.scope !== null && record.scope < 1) lines.push(say("place.part", { share: percent(record.scope, 1) }));
  const latest = meta.periods[meta.opens_on][0];
  for (const [period, dataset, expected, , , missing, share] of record.arrivals) {
    if (period === latest) lines.push(say("place.missing", { missing: number(missing), expected: number(expected), dataset: meta.datasets[dataset] ?? dataset, year: year(meta.opens_on), share: percent(share) }));
  }
  return lines.length ? make("ul", { class: "notice" }, lines.map((line) => make("li", {}, line))) : null;
}
/** The latest period in which the territory has a row of the indicator. */
function latest(own) {
  for (let n = own[1].length - 1; n >= 0; n -= 1) if (own[0][n] !== null || own[1][n] === "Q") return n;
  return meta.opens_on;
}
function themeTable(record, parent, peers, of, codes, label) {
  const rows = codes.map((code) => {
    const item = meta.indicators[code];
    const own = record.totals[code];
    const n = latest(own);
    const value = own[0][n];
    const first = own[0].find((one) => one !== null);
    const changed = value !== null && first !== undefined && own[0].filter((one) => one !== null).length > 1 ? value - first : null;
    const upper = parent?.totals[code];
    const [told, groups] = peers[code] ?? [];
    const quarters = told === n ? groups?.[of.key] ?? groups?._T : undefined;
    const compares = !isAmount(item);
    const rank = record.ranks[code];
    return make("tr", {},
      make("th", { scope: "row" }, make("a", { href: item.page }, item.label), n === meta.opens_on ? "" : make("small", {}, ` ${year(n)}`)),
      make("td", { class: "n strong" }, figure(item, value, own[1][n], own[2]?.[n], own[3]?.[n])),
      make("td", { class: `n ${changed && item.better !== "neither" ? ((changed > 0) === (item.better === "higher") ? "good" : "bad") : ""}` }, changed === null ? "" : difference(item, changed)),
      make("td", { class: "n" }, upper && compares ? figure(item, upper[0][n], upper[1][n], upper[2]?.[n], upper[3]?.[n]) : ""),
      make("td", { class: "n" }, quarters && compares ? shown(item, quarters[2]) : ""),
      make("td", { class: "strip" }, quarters && compares && value !== null ? strip(item, quarters, value) : ""),
      make("td", { class: "n" }, rank && rank[1] > 1 ? say("of", { rank: number(rank[0]), count: number(rank[1]) }) : ""));
  });
  const heads = [[say("indicator")], [say("place.here"), 1], [meta.periods.length > 1 ? say("since_year", { year: year(0) }) : "", 1], [parent?.name ?? "", 1], [say("place.peers"), 1], [say("place.standing")], [say("place.rank"), 1]];
  return make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label }, make("table", { class: "profile-table" },
    make("caption", {}, `${year(meta.opens_on)} · ${of.words}`),
    make("thead", {}, make("tr", {}, heads.map(([text, isNumber]) => make("th", { scope: "col", class: isNumber ? "n" : undefined }, text || make("span", { class: "sr" }, say("figure")))))), make("tbody", {}, rows)));
}
/** Where the figure lies among its peers: their range, the middle half, and a dot. */
function strip(item, [low, first, middle, third, high], value) {
  const ends = [Math.min(low, value), Math.max(high, value)];
  const at = (one) => (ends[1] === ends[0] ? 50 : 4 + (92 * (one - ends[0])) / (ends[1] - ends[0]));
  const words = say("place.strip", { low: shown(item, low), high: shown(item, high), from: shown(item, first), to: shown(item, third) });
  return draw("svg", { viewBox: "0 0 100 16", role: "img", "aria-label": words, preserveAspectRatio: "none" },
    draw("title", {}, words),
    draw("line", { x1: at(low), x2: at(high), y1: 8, y2: 8, class: "strip-range" }),
    draw("rect", { x: at(first), width: Math.max(0.5, at(third) - at(first)), y: 4, height: 8, class: "strip-half" }),
    draw("line", { x1: at(middle), x2: at(middle), y1: 3, y2: 13, class: "strip-middle" }),
    draw("ellipse", { cx: at(value), cy: 8, rx: 2.2, ry: 4.4, class: "strip-here" }));
}
const pending = [];
/** The breakdowns of a theme, drawn when they are opened. */
function split(record, codes) {
  const told = codes.flatMap((code) => Object.entries(record.breakdowns[code] ?? {}).map(([dimension, own]) => [code, dimension, own]));
  if (!told.length) return [];
  const stage = make("div", { class: "halves" });
  const details = make("details", {}, make("summary", {}, say("place.breakdowns")), stage);
  details.addEventListener("toggle", () => {
    if (!details.open || stage.children.length) return;
    for (const [code, dimension, own] of told) {
      const item = meta.indicators[code];
      const words = meta.dimensions[dimension];
      const n = latest(record.totals[code]);
      const rows = Object.keys(words.codes).filter((one) => own[one]).map((one) => {
        const [value, said] = [own[one][0][n], inWords(item, own[one][0][n], own[one][1][n], undefined, own[one][3]?.[n])];
        return { name: words.codes[one], value, series: words.label, told: say("told", { name: words.codes[one], figure: said }), short: value === null ? say("short.Q") : shown(item, value), said };
      });
      chart(stage, "bars", rows, { caption: `${item.label} · ${words.label}, ${year(n)}`, columns: [{ head: words.label, value: (one) => one.name }, { head: say("figure"), numeric: true, value: (one) => one.said }] });
    }
  });
  return [details];
}
function trend(record, parent) {
  if (meta.periods.length < 2) return "";
  const codes = Object.keys(record.totals).filter((code) => record.totals[code][0].filter((one) => one !== null).length > 1);
  if (!codes.length) return "";
  const start = codes.includes(chosen("trend")) ? chosen("trend") : codes.find((code) => !isAmount(meta.indicators[code])) ?? codes[0];
  const groups = meta.themes.map(([, label, own]) => [label, own.filter((code) => codes.includes(code))]).filter(([, own]) => own.length);
  return make("section", { class: "wide", id: "trend" }, make("h2", {}, say("place.trend")),
    make("div", { class: "controls" }, make("p", {}, make("label", { for: "trend-of" }, say("indicator")), make("select", { id: "trend-of", onchange: () => { keep({ trend: document.getElementById("trend-of").value }); drawTrend(record, parent); } }, groups.map(([label, own]) => make("optgroup", { label }, own.map((code) => make("option", { value: code, selected: code === start }, meta.indicators[code].label))))))),
    make("div", { "data-trend": true }));
}
function drawTrend(record, parent) {
  const stage = document.querySelector("[data-trend]");
  if (!stage) return;
  const code = document.getElementById("trend-of").value;
  const item = meta.indicators[code];
  const compares = !isAmount(item);
  const lines = [record, ...(parent && compares ? [parent] : [])].filter((one) => one.totals[code]);
  const rows = lines.flatMap((one) => meta.periods.map(([, label], n) => {
    const said = inWords(item, one.totals[code][0][n], one.totals[code][1][n], undefined, one.totals[code][3]?.[n]);
    return { period: label, value: one.totals[code][0][n], series: one.name, said, told: say("told", { name: `${one.name}, ${label}`, figure: said }) };
  }));
  stage.replaceChildren();
  chart(stage, "trend", rows, { caption: `${item.label} · ${record.name}`, columns: [{ head: say("territory"), value: (one) => one.series }, { head: say("year"), value: (one) => one.period }, { head: say("figure"), numeric: true, value: (one) => one.said }] });
}
function inside(record) {
  const levels = Object.entries(record.inside);
  if (!levels.length) return "";
  return make("section", { class: "band", id: "inside" }, make("div", { class: "wide" }, make("h2", {}, say("place.inside")), levels.map(([level, members]) => make("div", {}, make("h3", {}, `${levelLabel(level)} (${number(members.length)})`), make("ul", { class: "names-list" }, members.map(([id, name]) => make("li", {}, make("a", { href: placePage(id) }, name))))))));
}
start().catch(tellFailure).then(ready);
