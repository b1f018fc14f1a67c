"use strict";
(() => {
  const root = document.documentElement;
  const at = (id) => document.getElementById(id);
  const save = (key, value) => { try { localStorage.setItem(key, value); } catch { /* kept for this view only */ } };
  const read = (id) => (at(id) ? JSON.parse(at(id).textContent) : null);
  const data = read("data");
  const words = read("words");
  const language = () => root.lang;
  const make = (tag, text, name) => {
    const node = document.createElement(tag);
    if (text !== undefined) node.textContent = text;
    if (name) node.className = name;
    return node;
  };

  // --- language and colours ---
  function setLanguage(chosen) {
    root.lang = chosen;
    save("cartable-language", chosen);
    document.title = document.body.dataset[chosen === "fr" ? "titleFr" : "titleEn"];
    for (const button of document.querySelectorAll("[data-language]")) {
      button.setAttribute("aria-pressed", String(button.dataset.language === chosen));
    }
    for (const time of document.querySelectorAll("time")) {
      time.textContent = new Date(time.dateTime).toLocaleDateString(chosen, { dateStyle: "long", timeZone: "UTC" });
    }
    if (data) drawMap();
  }
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => setLanguage(button.dataset.language));
  }
  at("theme").addEventListener("click", () => {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const next = (root.dataset.theme || (dark ? "dark" : "light")) === "dark" ? "light" : "dark";
    root.dataset.theme = next;
    save("cartable-theme", next);
  });

  // --- sortable tables ---
  for (const table of document.querySelectorAll(".sortable")) {
    const heads = [...table.querySelectorAll("thead th")];
    heads.forEach((head, place) => head.firstElementChild.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending" || (place > 0 && head.getAttribute("aria-sort") === "none");
      heads.forEach((other) => other.setAttribute("aria-sort", "none"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = [...table.tBodies[0].rows];
      const value = (row) => row.cells[place].dataset.value;
      rows.sort((a, b) => {
        const [x, y] = [value(a), value(b)];
        if (x === "" || y === "") return (x === "") - (y === "");
        const order = place === 0 ? x.localeCompare(y, language()) : Number(x) - Number(y);
        return down ? -order : order;
      });
      table.tBodies[0].append(...rows);
    }));
  }
  if (!data) { setLanguage(language()); return; }

  // --- the map ---
  const asked = new URLSearchParams(location.hash.slice(1));
  const indicators = new Map(data.indicators.map((item) => [item.code, item]));
  const mapped = data.mapped.map((code) => indicators.get(code));
  const shapes = [...at("shapes").children];
  const state = {
    indicator: indicators.get(data.mapped.includes(asked.get("indicator")) ? asked.get("indicator") : data.mapped[0]),
    period: Math.max(data.periods.indexOf(asked.get("period")), -1),
    area: data.areas.findIndex((area) => area[0] === asked.get("area")),
  };
  // To begin with, the largest territory: its profile shows what the map can tell.
  if (state.area < 0) state.area = data.areas.reduce((best, area, place) => (area[4] > data.areas[best][4] ? place : best), 0);
  if (state.period < 0) state.period = data.opens_on;
  const format = (value, decimals) => new Intl.NumberFormat(language(), { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(value);
  const shown = (item, value) => format(value, item.decimals) + (item.percent ? (language() === "fr" ? "\u202f%" : "%") : "");
  const year = (period) => (/^\d+$/.test(period) ? `${period}–${Number(period) + 1}` : period);
  const say = (key) => words[key][language()];

  // What a territory shows: a value, or the reason why there is none.
  function reading(item, period, area) {
    const value = item.values[period][area];
    const status = item.status[period][area];
    if (value !== null) return { kind: "value", value, part: item.coverage[period][area] };
    if (status === "Q") return { kind: "hidden" };
    if (status === "L") return { kind: "missing" };
    if (!hasSchool(period, area)) return { kind: "no_school" };
    // No row in this year, but in another: its file has not come.
    const isLate = status === "-" && item.status.some((row) => row[area] !== "-");
    return { kind: isLate ? "missing" : "impossible" };
  }
  function hasSchool(period, area) {
    const known = ["SCHOOLS", "ENROLMENT"].map((code) => indicators.get(code)).filter(Boolean);
    return known.some((item) => item.values[period][area] > 0 || item.status[period][area] === "Q");
  }
  function inWords(item, seen) {
    if (seen.kind !== "value") return say(seen.kind);
    const part = seen.part === undefined ? "" : ` (${say("partly")}, ${format(100 * seen.part, 0)}${language() === "fr" ? "\u202f" : ""}%)`;
    return shown(item, seen.value) + part;
  }

  // Cuts between classes: equal numbers over all periods, equal values never parted.
  function cuts(item) {
    const all = item.values.flat().filter((value) => value !== null).sort((a, b) => a - b);
    const found = [1, 2, 3, 4].map((fifth) => all[Math.floor((fifth * all.length) / 5)]);
    return [...new Set(found)].filter((cut) => cut > all[0]);
  }
  const colours = { 1: ["c2"], 2: ["c1", "c3"], 3: ["c0", "c2", "c4"], 4: ["c0", "c1", "c3", "c4"], 5: ["c0", "c1", "c2", "c3", "c4"] };
  function scale(item) {
    const limits = cuts(item);
    const names = colours[limits.length + 1];
    return { limits, names, of: (value) => names[limits.filter((cut) => value >= cut).length] };
  }
  const plain = { hidden: "hidden", missing: "missing", no_school: "none", impossible: "none" };

  function drawMap() {
    const { indicator, period } = state;
    const classes = scale(indicator);
    const seen = data.areas.map((_, area) => reading(indicator, period, area));
    const circles = document.createDocumentFragment();
    const largest = Math.max(1, ...indicator.values.flat().map((value) => value || 0));
    const radius = (value) => 78 * Math.sqrt(value / largest);
    seen.forEach((one, area) => {
      const isCount = indicator.count && one.kind === "value";
      shapes[area].setAttribute("class", isCount ? (one.value > 0 ? "ground" : "none") : one.kind === "value" ? classes.of(one.value) : plain[one.kind]);
      if (isCount && one.value > 0) circles.append(circle(...data.points[area], radius(one.value)));
    });
    at("circles").replaceChildren(circles);
    at("map-title").textContent = `${indicator.label[language()]}, ${year(data.periods[period])}`;
    at("map-definition").textContent = indicator.definition[language()];
    at("find").placeholder = at("find").dataset[language() === "fr" ? "hintFr" : "hintEn"];
    drawControls();
    drawLegend(indicator, classes, seen, radius, largest);
    drawTable(indicator, seen);
    drawProfile();
  }
  function circle(x, y, r) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    node.setAttribute("cx", x);
    node.setAttribute("cy", y);
    node.setAttribute("r", r.toFixed(1));
    return node;
  }
  function drawControls() {
    at("indicator").replaceChildren(...mapped.map((item) => {
      const option = new Option(item.label[language()], item.code);
      option.selected = item === state.indicator;
      return option;
    }));
    at("periods").querySelectorAll("button").forEach((button, place) => button.setAttribute("aria-pressed", String(place === state.period)));
  }
  function drawLegend(item, classes, seen, radius, largest) {
    const list = make("ul");
    const row = (swatch, text, count, name) => {
      const line = make("li", undefined, name);
      line.append(swatch, make("span", text), make("span", count === undefined ? "" : format(count, 0), "n"));
      list.append(line);
    };
    const count = (test) => seen.filter(test).length;
    if (item.count) {
      const top = 10 ** Math.floor(Math.log10(largest));
      for (const size of [top, top / 4, top / 20]) {
        const swatch = document.createElementNS("http://www.w3.org/2000/svg", "svg");
        const r = Math.max(radius(size), 2);
        swatch.setAttribute("class", "swatch round");
        swatch.setAttribute("viewBox", `${-80} ${-r - 2} 160 ${2 * r + 4}`);
        swatch.append(circle(0, 0, r));
        row(swatch, format(size, 0));
      }
    } else {
      classes.names.forEach((name, place) => {
        const [from, to] = [classes.limits[place - 1], classes.limits[place]];
        const text = from === undefined ? (to === undefined ? "" : `< ${shown(item, to)}`) : to === undefined ? `≥ ${shown(item, from)}` : `${shown(item, from)} – ${shown(item, to)}`;
        row(make("span", undefined, `swatch ${name}`), text, count((one) => one.kind === "value" && classes.of(one.value) === name));
      });
    }
    for (const [kind, name] of Object.entries(plain)) {
      const number = count((one) => one.kind === kind);
      if (number) row(make("span", undefined, `swatch ${name}`), say(kind), number, kind === "hidden" ? "after" : "");
    }
    const unit = make("p", item.unit[language()], "unit");
    at("legend").replaceChildren(unit, list);
  }
  function drawTable(item, seen) {
    at("value-head").textContent = `${item.label[language()]} (${item.unit[language()]})`;
    const order = data.areas.map((_, area) => area).sort((a, b) => data.areas[a][1].localeCompare(data.areas[b][1], "fr"));
    at("rows").replaceChildren(...order.map((area) => {
      const row = make("tr");
      const name = make("th", data.areas[area][1]);
      name.scope = "row";
      row.append(name, make("td", data.areas[area][2]), make("td", inWords(item, seen[area]), "n"));
      return row;
    }));
  }
  function drawProfile() {
    const { area, period } = state;
    at("chosen").setAttribute("d", shapes[area].getAttribute("d"));
    const [, name, group, band, people] = data.areas[area];
    const about = [group, data.classes[band] && data.classes[band][language()], people === null ? "" : `${format(people, 0)} ${say("inhabitants")}`];
    const table = make("table");
    const head = table.createTHead().insertRow();
    for (const text of ["", name, data.main]) head.append(Object.assign(make("th", text, text ? "n" : ""), { scope: "col" }));
    const body = table.createTBody();
    for (const item of data.indicators) {
      const row = body.insertRow();
      if (item === state.indicator) row.className = "now";
      const label = make("th", item.label[language()]);
      label.scope = "row";
      const seen = reading(item, period, area);
      const value = make("td", undefined, "n");
      value.append(seen.kind === "value" ? inWords(item, seen) : make("span", say(seen.kind === "hidden" ? "hidden.short" : seen.kind), seen.kind === "hidden" ? "too-few" : "empty"));
      const whole = item.main[period];
      row.append(label, value, make("td", whole === null ? "–" : shown(item, whole), "n quiet"));
    }
    const hidden = data.indicators.some((item) => reading(item, period, area).kind === "hidden");
    at("profile").replaceChildren(make("h3", name), make("p", about.filter(Boolean).join(" · "), "note"), table, ...(hidden ? [make("p", `${say("hidden.short")} = ${say("hidden")}`, "note")] : []));
  }
  function remember() {
    const parts = new URLSearchParams({ indicator: state.indicator.code, period: data.periods[state.period], area: data.areas[state.area][0] });
    history.replaceState(null, "", `#${parts}`);
  }
  function choose(change) {
    Object.assign(state, change);
    remember();
    drawMap();
  }

  data.periods.forEach((period, place) => {
    const button = make("button", year(period));
    button.type = "button";
    button.addEventListener("click", () => choose({ period: place }));
    at("periods").append(button);
  });
  at("names").append(...data.areas.map((area) => new Option(area[1])));
  at("indicator").addEventListener("change", (event) => choose({ indicator: indicators.get(event.target.value) }));
  at("find").addEventListener("input", (event) => {
    const wanted = event.target.value.trim().toLocaleLowerCase();
    const area = data.areas.findIndex((one) => one[1].toLocaleLowerCase() === wanted);
    if (area >= 0) choose({ area });
  });
  const tip = at("tip");
  at("shapes").addEventListener("click", (event) => {
    const area = shapes.indexOf(event.target);
    if (area >= 0) choose({ area });
  });
  at("shapes").addEventListener("pointermove", (event) => {
    const area = shapes.indexOf(event.target);
    if (area < 0 || event.pointerType === "touch") return;
    const seen = reading(state.indicator, state.period, area);
    const unit = seen.kind === "value" && !state.indicator.percent ? ` ${state.indicator.unit[language()]}` : "";
    tip.replaceChildren(make("b", data.areas[area][1]), make("span", inWords(state.indicator, seen), "tip-value"), make("span", unit));
    tip.hidden = false;
    tip.style.left = `${Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8)}px`;
    tip.style.top = `${Math.max(event.clientY - tip.offsetHeight - 12, 8)}px`;
  });
  at("shapes").addEventListener("pointerleave", () => { tip.hidden = true; });
  setLanguage(language());
})();
