// Charts: compiled when the site was built, drawn here by Vega without `eval`, in the page's colours.
import { asset, language, load, loadChart, make, say } from "./core.js";

let runtime = null;
const drawn = new Set();

/** Vega is large: it is fetched when the first chart comes into view. */
function engine() {
  runtime ??= import(asset("vendor/vega.js")).then((vega) => {
    vega.formatLocale(language === "fr"
      ? { decimal: ",", thousands: "\u202f", grouping: [3], currency: ["", "\u00a0€"], minus: "−", percent: "\u202f%" }
      : { decimal: ".", thousands: ",", grouping: [3], currency: ["£", ""], minus: "−" });
    return vega;
  });
  return runtime;
}
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
function look() {
  const [ink, quiet, rule] = ["--ink", "--quiet", "--rule"].map(colour);
  const font = getComputedStyle(document.body).fontFamily;
  return {
    background: "transparent",
    font,
    style: { cell: { stroke: "transparent" }, bar: { fill: colour("--accent") }, text: { fill: ink, font, fontSize: 12 }, point: { size: 55 }, line: { strokeWidth: 2.5 } },
    axis: { labelColor: quiet, labelFont: font, labelFontSize: 12, domainColor: rule, tickColor: rule, gridColor: rule, gridOpacity: 0.7, labelPadding: 6, titleColor: quiet, titleFont: font },
    legend: { labelColor: ink, labelFont: font, labelFontSize: 12.5, symbolType: "circle", symbolSize: 90, labelLimit: 420, rowPadding: 3 },
    range: { category: ["--accent", "--second", "--third", "--fourth", "--fifth", "--quiet"].map(colour) },
    text: { fill: ink, font },
  };
}
/**
 * Draw a chart into a figure, once it is seen. `rows` are its data; `caption` names it; `columns`
 * ({head, value, numeric}) make the table that says the same in words.
 */
export function chart(place, name, rows, { caption, columns }) {
  const stage = make("div", { class: "chart", role: "img", "aria-label": caption });
  const table = make("details", {}, make("summary", {}, say("chart.table")), make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption }, make("table", {},
    make("thead", {}, make("tr", {}, columns.map((column) => make("th", { scope: "col", class: column.numeric ? "n" : undefined }, column.head)))),
    make("tbody", {}, rows.map((row) => make("tr", {}, columns.map((column, n) => make(n ? "td" : "th", { scope: n ? undefined : "row", class: column.numeric ? "n" : undefined }, column.value(row)))))))));
  place.append(make("figure", { class: "charted" }, make("figcaption", {}, caption), stage, table));
  const own = { stage, name, rows };
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    drawn.add(own);
    paint(own);
  }, { rootMargin: "300px" });
  seen.observe(stage);
}
async function paint({ stage, name, rows }) {
  try {
    const [vega, spec] = await Promise.all([engine(), loadChart(name)]);
    const view = new vega.View(vega.parse(spec, look(), { ast: true }), {
      expr: vega.expressionInterpreter, renderer: "svg", container: stage, hover: true,
      logLevel: vega.Error, loader: { load: () => Promise.reject(new Error("charts load nothing")), sanitize: () => Promise.reject(new Error("charts link nowhere")) },
    });
    stage.replaceChildren();
    view.initialize(stage).data("rows", rows);
    await view.runAsync();
    for (const svg of stage.querySelectorAll("svg")) svg.setAttribute("aria-hidden", "true");
    stage.dataset.drawn = "true";
  } catch (error) {
    console.warn(error);
    stage.closest("figure").querySelector("details").open = true;
  }
}
document.addEventListener("themed", () => { for (const own of drawn) paint(own); });
// Paper waits for no engine: of a chart that was not seen yet its table is printed.
const opened = [];
addEventListener("beforeprint", () => {
  for (const table of document.querySelectorAll(".charted:not(:has([data-drawn])) > details:not([open])")) opened.push(table);
  for (const table of opened) table.open = true;
});
addEventListener("afterprint", () => { for (const table of opened.splice(0)) table.open = false; });
export { load };
