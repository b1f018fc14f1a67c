// The map with its choices, its legend and the profile of what is chosen.
import { chosen, figure, inWords, isAmount, keep, levelLabel, load, make, meta, number, placeOf, placePage, REASONS, say, shown, tellFailure } from "./core.js";
import { TerritoryMap } from "./map.js";
import { scale } from "./scales.js";

const CARD = 8;
const kinds = { Q: "hidden", L: "missing", N: "none", M: "none" };

export class Atlas {
  /** `codes`: the indicators to choose from; one of them: no choice is shown. */
  constructor(place, codes, { onChange = () => {} } = {}) {
    this.codes = codes;
    this.onChange = onChange;
    this.at = (name) => place.querySelector(`[data-${name}]`);
    this.levels = Object.keys(meta.levels).filter((level) => meta.levels[level].mapped && meta.levels[level].count > 1);
    this.state = { indicator: codes.includes(chosen("indicator")) ? chosen("indicator") : codes[0], level: null, period: meta.opens_on, within: chosen("within"), area: chosen("area") };
    const asked = meta.periods.findIndex(([period]) => period === chosen("period"));
    if (asked >= 0) this.state.period = asked;
    this.state.level = this.fitting(chosen("level"));
    this.map = new TerritoryMap(this.at("stage"), {
      buttons: this.at("buttons"),
      onPoint: (id, event) => this.point(id, event),
      onChoose: (id) => this.choose(id),
      onOpen: (id, inside) => (inside && this.below(id) ? this.goInside(id) : location.assign(placePage(id))),
    });
    this.tip = make("div", { class: "tip", hidden: true });
    this.at("stage").append(this.tip);
    this.done = this.start().catch(tellFailure);
  }
  /** The level asked for, if the indicator has it; else the finest that one map can hold. */
  fitting(asked) {
    const has = this.levels.filter((level) => meta.levels[level].indicators.includes(this.state.indicator));
    if (has.includes(asked)) return asked;
    return has.find((level) => !meta.levels[level].parts) ?? has[0] ?? this.levels[0];
  }
  async start() {
    this.controls();
    await this.show();
    if (this.state.area) await this.choose(this.state.area, { quiet: true });
    else await this.welcome();
  }
  controls() {
    const { codes, state } = this;
    const pick = (name, label, options, value, change) => make("p", {}, make("label", { for: `atlas-${name}` }, label), make("select", { id: `atlas-${name}`, onchange: (event) => change(event.target.value) }, options.map((option) => (option.group
      ? make("optgroup", { label: option.group }, option.options.map(([code, text]) => make("option", { value: code, selected: code === value }, text)))
      : make("option", { value: option[0], selected: option[0] === value }, option[1])))));
    const has = this.levels.filter((level) => meta.levels[level].indicators.includes(state.indicator));
    const groups = meta.themes.map(([, label, own]) => ({ group: label, options: own.filter((code) => codes.includes(code)).map((code) => [code, meta.indicators[code].label]) })).filter((group) => group.options.length);
    this.at("controls").replaceChildren(
      ...(codes.length > 1 ? [pick("indicator", say("indicator"), groups, state.indicator, (code) => this.change({ indicator: code }))] : []),
      pick("level", say("level"), has.map((level) => [level, levelLabel(level)]), state.level, (level) => this.change({ level, within: null })),
      ...(meta.periods.length > 1 ? [make("div", { class: "segmented", role: "group", "aria-label": say("year") }, meta.periods.map(([period, label], n) => make("button", { type: "button", "aria-pressed": String(n === state.period), onclick: () => this.change({ period: n }), "data-period": period }, label)))] : []),
      this.within = make("p", { class: "within", hidden: true }),
    );
  }
  async change(given) {
    const focused = document.activeElement?.id || document.activeElement?.dataset?.period;
    Object.assign(this.state, given);
    if (given.indicator) this.state.level = this.fitting(this.state.level);
    this.remember();
    this.controls();
    (document.getElementById(focused) ?? document.querySelector(`[data-period="${focused}"]`))?.focus();
    await this.show().catch(tellFailure);
    if (this.state.area) this.choose(this.state.area, { quiet: true });
    this.onChange(this.state);
  }
  remember() {
    const { indicator, level, period, within, area } = this.state;
    keep({ indicator: this.codes.length > 1 ? indicator : null, level, period: meta.periods[period][0], within, area });
  }
  async show() {
    const { indicator, level } = this.state;
    const own = meta.levels[level];
    const [list, values] = await Promise.all([load("levels", level), load("values", indicator, level)]);
    Object.assign(this, { list, values, item: meta.indicators[indicator], place: new Map(list.ids.map((id, n) => [id, n])) });
    if (own.parts && !this.holdsPart(this.state.within)) this.state.within = (await this.largestHolder(own.parts));
    // What holds nothing of this level leaves nothing to draw: all of it is shown.
    const held = this.holders();
    if (!own.parts && !list.ids.some((id) => held.some((of) => of(id) === this.state.within))) this.state.within = null;
    await this.drawWithin();
    const part = own.parts ? this.state.within : "all";
    const drawn = `${level} ${part} ${this.state.within}`;
    if (this.drawn !== drawn) {
      const shapes = await load("shapes", level, part);
      this.map.outline(shapes, {
        keepOnly: (id) => !this.state.within || held.some((of) => of(id) === this.state.within) || own.parts,
        holderOf: this.strongest(),
        nameOf: (id) => list.names[this.place.get(id)] ?? "",
        weightOf: (id) => list.inhabitants[this.place.get(id)] ?? 0,
      });
      this.drawn = drawn;
    }
    this.paint();
  }
  /** Functions from a territory to its holder, one per hierarchy. */
  holders() {
    const { list } = this;
    return Object.values(list.up).map((column) => (id) => { const n = column[this.place.get(id)]; return n === null || n === undefined ? null : list.holders[n][0]; });
  }
  strongest() {
    const [first] = this.holders().sort((a, b) => new Set(this.list.ids.map(b)).size - new Set(this.list.ids.map(a)).size);
    return first ?? (() => null);
  }
  holdsPart(id) { return id !== null && meta.levels[this.state.level].parts !== null && this.partIds?.includes(id); }
  async largestHolder(level) {
    const upper = await load("levels", level);
    this.partIds = upper.ids;
    if (upper.ids.includes(this.state.within)) return this.state.within;
    return upper.ids[upper.inhabitants.reduce((best, value, n) => (value > upper.inhabitants[best] ? n : best), 0)];
  }
  async drawWithin() {
    const { level, within } = this.state;
    const { parts } = meta.levels[level];
    if (parts) {
      const upper = await load("levels", parts);
      this.within.replaceChildren(make("label", { for: "atlas-within" }, `${say("within")} (${levelLabel(parts)})`), make("select", { id: "atlas-within", onchange: (event) => this.change({ within: event.target.value }) }, upper.ids.map((id, n) => make("option", { value: id, selected: id === within }, upper.names[n]))));
    } else if (within) {
      const holder = await placeOf(within);
      this.within.replaceChildren(make("span", {}, `${say("within")} `, make("b", {}, holder?.name ?? "")), make("button", { type: "button", class: "button", onclick: () => this.change({ within: null }) }, `← ${say("map.up")}`));
    }
    this.within.hidden = !parts && !within;
  }
  reading(id) {
    const n = this.place.get(id);
    const { period } = this.state;
    return { value: this.values.values[period][n], status: this.values.status[period][n], share: this.values.coverage[period][n], band: this.values.bands?.[period][n] };
  }
  paint() {
    const { item, values } = this;
    const known = values.values.flat().filter((value) => value !== null);
    this.isCount = isAmount(item);
    this.largest = Math.max(1, ...known);
    this.scale = this.isCount || !known.length ? null : scale(item, known);
    this.tally = new Map();
    this.map.paint((id) => {
      const { value, status } = this.reading(id);
      const name = value === null ? kinds[status] ?? "none" : this.isCount ? "ground" : this.scale.of(value);
      const counted = value === null ? (status in REASONS ? status : "M") : name;
      this.tally.set(counted, (this.tally.get(counted) ?? 0) + 1);
      return { name, circle: this.isCount && value > 0 ? value / this.largest : undefined };
    });
    const year = meta.periods[this.state.period][1];
    this.at("title").textContent = `${item.label}, ${year}`;
    // A page of one indicator says its definition above.
    this.at("definition").textContent = this.codes.length > 1 ? item.definition : "";
    this.legend();
  }
  legend() {
    const { item, tally } = this;
    const line = (swatch, text, count) => make("li", {}, swatch, make("span", {}, text), make("span", { class: "n" }, count === undefined ? "" : number(count)));
    const box = (name) => make("span", { class: `swatch ${name}` });
    const lines = [];
    if (this.scale) {
      const { limits, names } = this.scale;
      const short = (value) => shown(item, value);
      names.forEach((name, n) => {
        const [low, high] = [limits[n - 1], limits[n]];
        const text = names.length === 1 ? "" : low === undefined ? say("under", { high: short(high) }) : high === undefined ? say("over", { low: short(low) }) : say("range", { low: short(low), high: short(high) });
        lines.push(line(box(name), text, tally.get(name) ?? 0));
      });
    } else if (this.isCount) {
      for (const share of [1, 0.25, 0.04]) {
        const value = Math.round(this.largest * share);
        if (value < 1) continue;
        const size = 2 * this.map.radius(value / this.largest);
        const ring = document.createElementNS("http://www.w3.org/2000/svg", "svg");
        ring.setAttribute("width", Math.max(size, 4) + 2);
        ring.setAttribute("height", Math.max(size, 4) + 2);
        const round = document.createElementNS("http://www.w3.org/2000/svg", "circle");
        for (const [name, number_] of [["cx", "50%"], ["cy", "50%"], ["r", size / 2]]) round.setAttribute(name, number_);
        ring.append(round);
        ring.setAttribute("aria-hidden", "true");
        lines.push(make("li", {}, make("span", { class: "swatch round" }, ring), make("span", {}, shown(item, value)), make("span", { class: "n" }, "")));
      }
    }
    const reasons = Object.keys(REASONS).filter((status) => tally.get(status)).map((status) => line(box(kinds[status]), say(`why.${status}`), tally.get(status)));
    const note = this.isCount ? say("map.symbols") : this.scale?.turn !== null && this.scale ? say("map.diverging", { centre: shown(item, this.scale.turn) }) : say("map.classes");
    this.at("legend").replaceChildren(
      make("p", { class: "unit" }, item.percent ? "" : item.unit, item.better === "neither" ? "" : make("span", { class: "better" }, say(`map.better.${item.better}`))),
      make("ul", {}, lines), ...(reasons.length ? [make("ul", { class: "after" }, reasons)] : []), make("p", { class: "note" }, note),
    );
  }
  point(id, event) {
    this.tip.hidden = id === null;
    if (id === null) return;
    const { value, status, share, band } = this.reading(id);
    this.tip.replaceChildren(make("b", {}, this.list.names[this.place.get(id)]), make("span", { class: "tip-value" }, inWords(this.item, value, status, share, band)), value !== null && !this.item.percent ? make("span", { class: "tip-unit" }, ` ${this.item.unit}`) : "");
    const frame = this.at("stage").getBoundingClientRect();
    const [x, y] = [event.clientX - frame.x, event.clientY - frame.y];
    this.tip.style.left = `${Math.max(0, Math.min(x + 14, frame.width - this.tip.offsetWidth))}px`;
    this.tip.style.top = `${y + 18 + this.tip.offsetHeight > frame.height ? y - this.tip.offsetHeight - 10 : y + 18}px`;
  }
  below(id) {
    const level = this.state.level;
    return this.levels.find((lower) => lower !== level && Object.keys(meta.levels).indexOf(lower) < Object.keys(meta.levels).indexOf(level)) !== undefined && id;
  }
  async goInside(id) {
    const record = await placeOf(id);
    const level = Object.keys(record?.inside ?? {}).find((one) => this.levels.includes(one) && meta.levels[one].indicators.includes(this.state.indicator));
    if (level) this.change({ level, within: id, area: null });
    else location.assign(placePage(id));
  }
  async choose(id, { quiet = false } = {}) {
    this.map.choose(id);
    if (!this.place.has(id)) { if (!quiet) return; }
    this.state.area = id;
    if (!quiet) this.remember();
    if (this.place.has(id)) {
      const { value, status, share, band } = this.reading(id);
      this.at("said").textContent = say("told", { name: this.list.names[this.place.get(id)], figure: inWords(this.item, value, status, share, band) });
    }
    const [record, main] = await Promise.all([placeOf(id), placeOf(meta.main[0])]);
    if (this.state.area !== id || !record) return;
    this.card(record, main);
  }
  async welcome() {
    const { list } = this;
    const largest = list.ids[list.inhabitants.reduce((best, value, n) => ((value ?? 0) > (list.inhabitants[best] ?? 0) ? n : best), 0)];
    const [record, main] = await Promise.all([placeOf(largest), placeOf(meta.main[0])]);
    if (record && !this.state.area) { this.map.choose(largest); this.card(record, main); }
  }
  card(record, main) {
    const { period } = this.state;
    const codes = [...new Set([this.state.indicator, ...this.codes, ...Object.keys(meta.indicators)])].filter((code) => record.totals[code]).slice(0, CARD);
    const cell = (of, code) => { const own = of?.totals[code]; return own ? figure(meta.indicators[code], own[0][period], own[1][period], own[2]?.[period], own[3]?.[period]) : ""; };
    const inside = Object.keys(record.inside).filter((level) => this.levels.includes(level));
    const line = [levelLabel(record.level), ...Object.values(record.up).map((chain) => chain[0][1]).filter((name, n, all) => all.indexOf(name) === n)].join(" · ");
    this.at("profile").replaceChildren(
      make("h3", {}, make("a", { href: placePage(record.id) }, record.name)),
      make("p", { class: "note" }, line, record.inhabitants === null ? "" : ` · ${say("inhabitants", { count: number(record.inhabitants) })}`),
      make("table", {}, make("thead", {}, make("tr", {}, make("td", { class: "corner" }), make("th", { scope: "col", class: "n" }, record.name), make("th", { scope: "col", class: "n" }, main.name))),
        make("tbody", {}, codes.map((code) => make("tr", { class: code === this.state.indicator ? "now" : undefined }, make("th", { scope: "row" }, meta.indicators[code].label), make("td", { class: "n" }, cell(record, code)), make("td", { class: "n" }, cell(main, code)))))),
      make("p", { class: "actions" }, make("a", { class: "button", href: placePage(record.id) }, say("map.open")), inside.length ? make("button", { type: "button", class: "button", onclick: () => this.goInside(record.id) }, say("map.inside")) : ""),
    );
  }
}
