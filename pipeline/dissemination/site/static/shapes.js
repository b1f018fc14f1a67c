// Outlines: arcs to paths, borders between holders, where a name may stand.

/** The points of each arc of a file, `~n` being arc `n` backwards. */
export function points(file) {
  return file.arcs.map((steps) => {
    let x = steps[0];
    let y = steps[1];
    const line = [[x, y]];
    for (let n = 2; n < steps.length; n += 2) {
      x += steps[n];
      y += steps[n + 1];
      line.push([x, y]);
    }
    return line;
  });
}
const walked = (arcs, n) => (n >= 0 ? arcs[n] : [...arcs[~n]].reverse());

/** Each territory: its path, the box around it, and a point inside its largest part. */
export function territories(file, arcs) {
  return Object.entries(file.shapes).map(([id, rings]) => {
    const lines = rings.map((ring) => ring.flatMap((n, place) => (place ? walked(arcs, n).slice(1) : walked(arcs, n))));
    const largest = lines.reduce((best, line) => (Math.abs(area(line)) > Math.abs(area(best)) ? line : best), lines[0]);
    return { id, path: lines.map((line) => `M${line.map(([x, y]) => `${x} ${y}`).join("L")}Z`).join(""), box: box(lines.flat()), centre: centre(largest) };
  });
}
/** The sides that territories of different groups share, and, beside them, the outer edge. */
export function borders(file, arcs, groupOf) {
  const beside = new Map();
  for (const [id, rings] of Object.entries(file.shapes)) {
    for (const n of rings.flat()) {
      const own = n >= 0 ? n : ~n;
      if (!beside.has(own)) beside.set(own, []);
      beside.get(own).push(groupOf(id));
    }
  }
  let path = "";
  for (const [n, groups] of beside) {
    if (groups.length < 2 || groups[0] !== groups[1]) path += `M${arcs[n].map(([x, y]) => `${x} ${y}`).join("L")}`;
  }
  return path;
}
export function box(line) {
  const found = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of line) {
    found[0] = Math.min(found[0], x);
    found[1] = Math.min(found[1], y);
    found[2] = Math.max(found[2], x);
    found[3] = Math.max(found[3], y);
  }
  return found;
}
export const around = (boxes) => box(boxes.flatMap(([a, b, c, d]) => [[a, b], [c, d]]));
function area(line) {
  let sum = 0;
  for (let n = 0; n < line.length - 1; n += 1) sum += line[n][0] * line[n + 1][1] - line[n + 1][0] * line[n][1];
  return sum / 2;
}
function centre(line) {
  const size = area(line);
  if (!size) return line[0];
  let [x, y] = [0, 0];
  for (let n = 0; n < line.length - 1; n += 1) {
    const cross = line[n][0] * line[n + 1][1] - line[n + 1][0] * line[n][1];
    x += (line[n][0] + line[n + 1][0]) * cross;
    y += (line[n][1] + line[n + 1][1]) * cross;
  }
  return [x / (6 * size), y / (6 * size)];
}
