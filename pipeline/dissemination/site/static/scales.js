// Colours: equal numbers per class, two hues where a middle means something, none that a colour-blind
// reader cannot tell apart.
const SEQUENTIAL = { 1: ["c2"], 2: ["c1", "c3"], 3: ["c0", "c2", "c4"], 4: ["c0", "c1", "c3", "c4"], 5: ["c0", "c1", "c2", "c3", "c4"] };
const DIVERGING = ["d0", "d1", "d2", "d3", "d4"];
const PARITY = 0.03;

/** What parts the values: null, or the middle at which the hue turns. */
export function middle(item, values) {
  if (item.kind === "parity") return 1;
  if (item.kind === "gap") return 0;
  return values.some((value) => value < 0) && values.some((value) => value > 0) ? 0 : null;
}
/** The limits between classes and their names, from the values of all periods. */
export function scale(item, values) {
  const sorted = [...values].sort((a, b) => a - b);
  const turn = middle(item, sorted);
  if (turn !== null) return { ...diverging(item, sorted, turn), turn };
  const found = [1, 2, 3, 4].map((fifth) => sorted[Math.floor((fifth * sorted.length) / 5)]);
  const limits = [...new Set(found)].filter((cut) => cut > sorted[0]);
  return ready(limits, SEQUENTIAL[limits.length + 1], null);
}
function diverging(item, sorted, turn) {
  const furthest = Math.max(...sorted.map((value) => Math.abs(value - turn))) || 1;
  const band = item.kind === "parity" ? PARITY : furthest / 10;
  const halfway = (part, fallback) => (part.length ? part[Math.floor(part.length / 2)] : fallback);
  const low = halfway(sorted.filter((value) => value < turn - band), turn - 2 * band);
  const high = halfway(sorted.filter((value) => value > turn + band), turn + 2 * band);
  return ready([low, turn - band, turn + band, high], DIVERGING, turn);
}
function ready(limits, names, turn) {
  return { limits, names, turn, of: (value) => names[limits.filter((cut) => value >= cut).length] };
}
