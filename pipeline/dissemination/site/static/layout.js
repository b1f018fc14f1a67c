// The head of each page: search, colours, menu, and the way to the same view in the other language.
import { language, levelLabel, load, make, meta, placePage, plainText, ready, say } from "./core.js";
import { sortTables } from "./tables.js";

const root = document.documentElement;
document.querySelector("[data-theme-switch]").addEventListener("click", () => {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = (root.dataset.theme || (dark ? "dark" : "light")) === "dark" ? "light" : "dark";
  try { localStorage.setItem("cartable-theme", root.dataset.theme); } catch { /* for this view only */ }
  document.dispatchEvent(new CustomEvent("themed"));
});
const menu = document.querySelector("[data-menu]");
menu.addEventListener("click", () => {
  const open = menu.getAttribute("aria-expanded") !== "true";
  menu.setAttribute("aria-expanded", String(open));
  document.getElementById("nav").classList.toggle("open", open);
});
// What is chosen here is chosen there too.
const other = document.querySelector("[data-language]");
const plain = other.getAttribute("href");
const follow = () => other.setAttribute("href", plain + location.search + location.hash);
for (const event of ["kept", "themed"]) document.addEventListener(event, follow);
addEventListener("hashchange", follow);
follow();
sortTables();

// --- search: every territory and indicator, a list that a keyboard can use ---
const MOST = 12;
const label = document.documentElement.lang === "fr" ? "Trouver un territoire ou un indicateur" : "Find a territory or an indicator";
const list = make("ul", { id: "found", role: "listbox", "aria-label": label, hidden: true });
const input = make("input", {
  type: "search", id: "search", role: "combobox", autocomplete: "off", spellcheck: "false", "aria-label": label,
  "aria-expanded": "false", "aria-controls": "found", "aria-autocomplete": "list", placeholder: language === "fr" ? "Commune, indicateur…" : "Commune, indicator…",
});
const count = make("p", { class: "sr", "aria-live": "polite" });
document.querySelector("[data-search]").append(input, list, count);
let entries = null;
let at = -1;

async function prepare() {
  if (entries) return;
  const places = await load("territories");
  entries = [
    ...Object.values(meta.indicators).map((item) => ({ name: item.label, plain: plainText(item.label), note: say("indicator"), page: item.page })),
    ...places.ids.map((id, n) => {
      const held = places.in[n];
      const level = levelLabel(places.levels[places.level[n]]);
      return { name: places.names[n], plain: plainText(places.names[n]), note: held === null ? level : `${level} · ${places.names[held]}`, page: placePage(id) };
    }),
  ];
}
/** Those that begin so, then those of which a word does, then those that hold it. */
function search(text) {
  const wanted = plainText(text.trim());
  if (!wanted) return [];
  const ranked = [[], [], []];
  for (const entry of entries) {
    const place = entry.plain.indexOf(wanted);
    if (place < 0) continue;
    const rank = place === 0 ? 0 : /[^\p{L}\p{N}]/u.test(entry.plain[place - 1]) ? 1 : 2;
    if (ranked[rank].length < MOST) ranked[rank].push(entry);
  }
  return ranked.flat().slice(0, MOST);
}
function show(found) {
  at = -1;
  list.replaceChildren(...found.map((entry, n) => make("li", { role: "option", id: `found-${n}`, "aria-selected": "false", onclick: () => { location.href = entry.page; } },
    make("b", {}, entry.name), make("small", {}, entry.note))));
  const is = found.length > 0;
  list.hidden = !is;
  input.setAttribute("aria-expanded", String(is));
  input.removeAttribute("aria-activedescendant");
  count.textContent = input.value.trim() ? (is ? say("found", { count: found.length }) : say("none")) : "";
  list.pages = found.map((entry) => entry.page);
}
function move(step) {
  const items = [...list.children];
  if (!items.length) return;
  items[at]?.setAttribute("aria-selected", "false");
  at = (at + step + items.length) % items.length;
  items[at].setAttribute("aria-selected", "true");
  items[at].scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", items[at].id);
}
input.addEventListener("focus", prepare);
input.addEventListener("input", async () => { await prepare(); show(search(input.value)); });
input.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown") { event.preventDefault(); move(1); }
  else if (event.key === "ArrowUp") { event.preventDefault(); move(-1); }
  else if (event.key === "Escape") { input.value = ""; show([]); }
  else if (event.key === "Enter" && list.pages?.length) location.href = list.pages[Math.max(at, 0)];
});
document.addEventListener("click", (event) => { if (!event.target.closest("[data-search]")) show([]); });
if (!document.getElementById("context")) ready();
