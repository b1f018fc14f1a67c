// What every script shares: the page's language, the site's data, numbers and words.
const root = document.documentElement;
export const language = root.lang;
const site = new URL(`${root.dataset.root}/`, location.href);
const assets = new URL(`${root.dataset.assets}/`, site);
const known = new Map();

/** Fetch a JSON file of the site once. */
function fetchOnce(address) {
  if (!known.has(address.href)) {
    known.set(address.href, fetch(address).then((answer) => {
      if (!answer.ok) throw new Error(`${answer.status} ${address.pathname}`);
      return answer.json();
    }));
  }
  return known.get(address.href);
}
export const load = (...parts) => fetchOnce(new URL(`data/${parts.map(encodeURIComponent).join("/")}.json`, site));
export const loadChart = (name) => fetchOnce(new URL(`charts/${name}.json`, assets));
export const asset = (name) => new URL(name, assets).href;

export const meta = await load(`meta-${language}`).catch((error) => { tellFailure(error); throw error; });
export const context = JSON.parse(document.getElementById("context")?.textContent ?? "{}");

/** The words of a key, with what stands in braces replaced. */
export function say(key, given = {}) {
  return (meta.words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => given[name] ?? whole);
}

export function tellFailure(error) {
  console.warn(error);
  const place = document.querySelector("[data-controls], [data-place], main");
  if (!place || document.querySelector(".failure")) return;
  const words = language === "fr"
    ? "Les données n'ont pu être chargées. Un site demande un serveur web, même sur votre machine : « cartable site serve » en est un."
    : "The data could not be loaded. A site needs a web server, even on your own machine: “cartable site serve” is one.";
  place.prepend(make("p", { class: "notice failure", role: "alert" }, words));
}

// --- making nodes ---
/** A node with attributes, listeners (`on…`) and children. */
export function make(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}
export function draw(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}
function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

// --- numbers ---
const formats = new Map();
export function number(value, decimals = 0, { signed = false } = {}) {
  const key = `${decimals}${signed}`;
  if (!formats.has(key)) {
    formats.set(key, new Intl.NumberFormat(language, {
      minimumFractionDigits: decimals, maximumFractionDigits: decimals, signDisplay: signed ? "exceptZero" : "negative",
    }));
  }
  return formats.get(key).format(value).replace("-", "−");
}
/** A share in percent; what is not the whole is never written as 100, nor what is not nothing as 0. */
export function percent(share, decimals = 0) {
  let shownTo = decimals;
  while (share > 0 && share < 1 && shownTo < 6 && [0, 100].includes(Number((100 * share).toFixed(shownTo)))) shownTo += 1;
  return number(100 * share, shownTo) + (language === "fr" ? "\u202f%" : "%");
}
/** A figure of an indicator as people write it. */
export function shown(item, value) {
  return number(value, item.decimals) + (item.percent ? (language === "fr" ? "\u202f%" : "%") : "");
}
export function difference(item, value) {
  return number(value, item.decimals, { signed: true }) + (item.percent ? ` ${say("points")}` : "");
}
/** A figure or, where there is none, why; always in words. */
export function inWords(item, value, status, share, band) {
  if (value === null || value === undefined) return say(`why.${status in REASONS ? status : "M"}`);
  const part = share === undefined || share === null ? "" : ` (${say("partly", { share: percent(share) })})`;
  const between = bandWords(item, band);
  return shown(item, value) + part + (between && `, ${between}`);
}
/** The band of a figure that was moved to protect persons, in words; empty where there is none. */
export function bandWords(item, band) {
  const [low, high] = (band ?? []).map((end) => (end === null ? null : shown(item, end)));
  if (low && high) return say("band.between", { low, high });
  return low ? say("band.least", { low }) : high ? say("band.most", { high }) : "";
}
export const REASONS = { Q: "hidden", L: "missing", N: "no-school", M: "impossible" };
/** The same as a node for a table. */
export function figure(item, value, status, share, band) {
  if (value === null || value === undefined) {
    const why = status in REASONS ? status : "M";
    return make("span", { class: why === "Q" ? "too-few" : "empty" }, say(`short.${why}`));
  }
  const words = bandWords(item, band);
  const between = words ? [" ", make("small", { class: "between", title: say("band.sure") }, words)] : [];
  if (share === undefined || share === null) return words ? make("span", {}, shown(item, value), between) : shown(item, value);
  return make("span", { title: say("partly", { share: percent(share) }) }, shown(item, value), make("sup", {}, "*"), make("span", { class: "sr" }, ` ${say("partly", { share: percent(share) })}`), between);
}

/** A note where a number or share that nobody expects below 0 is there: pupils come in from elsewhere. */
export function belowZero(codes, values) {
  const found = codes.some((code) => (meta.indicators[code].kind === "remainder" || meta.indicators[code].percent) && values(code).some((value) => value < 0));
  return found ? make("p", { class: "note" }, say("below.zero")) : "";
}
/** Whether it is an amount of a territory: larger where more live, so that it compares with none. */
export const isAmount = (item) => ["count", "need", "cost", "served", "remainder"].includes(item.kind);

// --- territories ---
/** The profile of a territory: the file whose prefix is the longest that fits. */
export async function placeOf(id) {
  for (const [level, own] of Object.entries(meta.levels)) {
    const fitting = own.shards.filter((prefix) => id.startsWith(prefix)).sort((a, b) => b.length - a.length);
    if (!fitting.length) continue;
    const file = await load("places", level, fitting[0] || "all");
    // An address may ask for anything, such as what every object has.
    if (Object.hasOwn(file, id)) return { id, ...file[id] };
  }
  return null;
}
export const levelLabel = (level) => meta.levels[level].label;
export const placePage = (id) => `territory.html?id=${encodeURIComponent(id)}`;

// --- the address keeps what is chosen ---
const asked = new URLSearchParams(location.search);
export const chosen = (name) => asked.get(name);
export function keep(values) {
  for (const [name, value] of Object.entries(values)) {
    if (value === null || value === undefined || value === "") asked.delete(name);
    else asked.set(name, value);
  }
  const query = asked.toString();
  history.replaceState(null, "", `${location.pathname}${query ? `?${query}` : ""}${location.hash}`);
  document.dispatchEvent(new CustomEvent("kept"));
}
/** The page shows what it has to: whoever waits for that need not guess. */
export const ready = () => { root.dataset.ready = ""; };
export const plainText = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
