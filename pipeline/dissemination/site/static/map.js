// One map: territories in classes or with circles, by pointer and by keyboard alike.
import { draw, make, say } from "./core.js";
import { around, borders, points, territories } from "./shapes.js";

const MOST_ZOOM = 12;
const NAMES = 9;

export class TerritoryMap {
  constructor(stage, { onPoint, onChoose, onOpen, buttons, said }) {
    Object.assign(this, { stage, onPoint, onChoose, onOpen, said });
    this.hatch = draw("pattern", { id: "hatch", width: 8, height: 8, patternUnits: "userSpaceOnUse" }, draw("rect", { width: 8, height: 8, class: "hatch-ground" }), draw("rect", { width: 2.6, height: 8, class: "hatch-line" }));
    this.dots = draw("pattern", { id: "dotted", width: 7, height: 7, patternUnits: "userSpaceOnUse" }, draw("rect", { width: 7, height: 7, class: "hatch-ground" }), draw("circle", { cx: 3.5, cy: 3.5, r: 1.1, class: "hatch-line" }));
    this.areas = draw("g", { class: "areas" });
    this.lines = draw("path", { class: "borders" });
    this.circles = draw("g", { class: "circles" });
    this.edge = draw("path", { class: "edge" });
    this.names = draw("g", { class: "names" });
    this.moved = draw("g", {}, this.areas, this.lines, this.circles, this.edge, this.names);
    this.svg = draw("svg", { "aria-hidden": "true" }, draw("defs", {}, this.hatch, this.dots), this.moved);
    this.keys = make("div", { class: "keys", tabindex: "0", role: "application", "aria-label": say("map.help") }, this.svg);
    stage.prepend(this.keys);
    this.view = { k: 1, x: 0, y: 0 };
    const press = (key, name, sign) => make("button", { type: "button", "aria-label": say(name), title: say(name), onclick: () => this.onKey(key) }, sign);
    buttons.replaceChildren(press("+", "map.in", "+"), press("-", "map.out", "−"), press("0", "map.all", "⤢"));
    this.listen();
    new ResizeObserver(() => this.size()).observe(this.keys);
  }
  /** Draw outlines; `keepOnly` tells which territories are shown, `holderOf` whose borders are strong. */
  outline(file, { keepOnly, holderOf, nameOf, weightOf }) {
    const arcs = points(file);
    const kept = { ...file, shapes: Object.fromEntries(Object.entries(file.shapes).filter(([id]) => keepOnly(id))) };
    this.list = territories(kept, arcs);
    this.at = new Map(this.list.map((one, n) => [one.id, n]));
    const [a, b, c, d] = around(this.list.map((one) => one.box));
    const margin = Math.max(c - a, d - b) * 0.015;
    this.frame = [a - margin, b - margin, c - a + 2 * margin, d - b + 2 * margin];
    this.svg.setAttribute("viewBox", this.frame.join(" "));
    this.areas.replaceChildren(...this.list.map((one, n) => draw("path", { d: one.path, "data-n": n })));
    this.lines.setAttribute("d", borders(kept, arcs, holderOf));
    this.nameOf = nameOf;
    this.named = [...this.list].sort((one, other) => weightOf(other.id) - weightOf(one.id));
    this.edge.setAttribute("d", "");
    this.current = -1;
    this.reset();
  }
  /** Paint: `look(id)` returns {name: class, circle: share of the largest or undefined}. */
  paint(look) {
    const circles = [];
    this.list.forEach((one, n) => {
      const { name, circle } = look(one.id);
      const path = this.areas.children[n];
      path.setAttribute("class", name);
      path.setAttribute("fill", name === "hidden" ? "url(#hatch)" : name === "missing" ? "url(#dotted)" : "");
      if (name !== "hidden" && name !== "missing") path.removeAttribute("fill");
      if (circle) circles.push({ centre: one.centre, share: circle });
    });
    this.sized = circles.map(({ centre, share }) => [draw("circle", { cx: centre[0], cy: centre[1] }), share]);
    this.circles.replaceChildren(...this.sized.map(([node]) => node));
    this.size();
  }
  choose(id, { follow = false } = {}) {
    this.current = this.at?.get(id) ?? -1;
    this.edge.setAttribute("d", this.current < 0 ? "" : this.list[this.current].path);
    if (follow && this.current >= 0) this.follow();
  }
  reset() { this.view = { k: 1, x: 0, y: 0 }; this.size(); }

  // --- what keeps its size on the screen, whatever the zoom ---
  size() {
    if (!this.frame) return;
    const wide = this.keys.clientWidth || 1;
    this.unit = Math.max(this.frame[2] / wide, this.frame[3] / (this.keys.clientHeight || wide));
    const { k, x, y } = this.view;
    this.moved.setAttribute("transform", `translate(${x} ${y}) scale(${k})`);
    const pixel = this.unit / k;
    for (const pattern of [this.hatch, this.dots]) pattern.setAttribute("patternTransform", `rotate(45) scale(${pixel})`);
    for (const [node, share] of this.sized ?? []) node.setAttribute("r", (this.radius(share) * this.unit) / Math.sqrt(k));
    this.write(pixel);
  }
  radius(share) { return Math.min(46, this.keys.clientWidth / 11) * Math.sqrt(share); }
  /** The names of the largest that do not run into each other. */
  write(pixel) {
    const size = 11.5 * pixel;
    const taken = [];
    const most = NAMES * Math.ceil(this.view.k);
    const [left, top, wide, high] = this.frame;
    for (const one of this.named.slice(0, 400)) {
      if (taken.length >= most) break;
      const [x, y] = one.centre;
      const half = (this.nameOf(one.id).length * size * 0.56) / 2 + size * 0.35;
      const spot = [x - half, y - size * 0.72, x + half, y + size * 0.72];
      const inside = spot[0] * this.view.k + this.view.x > left && spot[2] * this.view.k + this.view.x < left + wide && y * this.view.k + this.view.y > top && y * this.view.k + this.view.y < top + high;
      if (inside && !taken.some((other) => spot[0] < other.spot[2] && spot[2] > other.spot[0] && spot[1] < other.spot[3] && spot[3] > other.spot[1])) taken.push({ one, spot });
    }
    this.names.replaceChildren(...taken.flatMap(({ one, spot: [x0, y0, x1, y1] }) => [
      draw("rect", { x: x0, y: y0, width: x1 - x0, height: y1 - y0, rx: size * 0.35 }),
      draw("text", { x: one.centre[0], y: one.centre[1] + size * 0.05, "font-size": size }, this.nameOf(one.id)),
    ]));
  }

  // --- zoom and pan ---
  zoom(factor, about = this.middle()) {
    const k = Math.min(MOST_ZOOM, Math.max(1, this.view.k * factor));
    const turn = k / this.view.k;
    this.view = { k, x: about[0] - (about[0] - this.view.x) * turn, y: about[1] - (about[1] - this.view.y) * turn };
    this.bound();
  }
  pan(dx, dy) { this.view.x += dx; this.view.y += dy; this.bound(); }
  /** The drawing never leaves the frame. */
  bound() {
    const [left, top, wide, high] = this.frame;
    const { k } = this.view;
    this.view.x = Math.min(left * (1 - k), Math.max((left + wide) * (1 - k), this.view.x));
    this.view.y = Math.min(top * (1 - k), Math.max((top + high) * (1 - k), this.view.y));
    this.size();
  }
  middle() { const [left, top, wide, high] = this.frame; return [left + wide / 2, top + high / 2]; }
  follow() {
    const { k } = this.view;
    if (k === 1) return;
    const [x, y] = this.list[this.current].centre;
    const [cx, cy] = this.middle();
    this.view.x = cx - x * k;
    this.view.y = cy - y * k;
    this.bound();
  }
  /** Where on the drawing's plane a pointer is. */
  plane(event) {
    const matrix = this.svg.getScreenCTM().inverse();
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix);
    return [point.x, point.y];
  }

  listen() {
    const number = (event) => { const n = event.target.dataset?.n; return n === undefined ? -1 : Number(n); };
    const held = new Map();
    let moved = 0;
    this.keys.addEventListener("pointerdown", (event) => { held.set(event.pointerId, this.plane(event)); moved = 0; });
    this.keys.addEventListener("pointermove", (event) => {
      if (!held.size && event.pointerType !== "touch") this.onPoint(number(event) < 0 ? null : this.list[number(event)].id, event);
      if (!held.has(event.pointerId) || this.view.k === 1 && held.size < 2) return;
      const [before, now] = [held.get(event.pointerId), this.plane(event)];
      moved += Math.abs(event.movementX) + Math.abs(event.movementY);
      if (held.size === 2) {
        const other = [...held].find(([id]) => id !== event.pointerId)[1];
        const far = ([x, y]) => Math.hypot(x - other[0], y - other[1]) || 1;
        this.zoom(far(now) / far(before), other);
      } else this.pan(now[0] - before[0], now[1] - before[1]);
      held.set(event.pointerId, now);
    });
    for (const event of ["pointerup", "pointercancel", "pointerleave"]) this.keys.addEventListener(event, ({ pointerId }) => held.delete(pointerId));
    this.keys.addEventListener("pointerleave", () => this.onPoint(null));
    this.keys.addEventListener("click", (event) => { if (moved < 6 && number(event) >= 0) this.onChoose(this.list[number(event)].id); });
    this.keys.addEventListener("dblclick", (event) => { if (number(event) >= 0) this.onOpen(this.list[number(event)].id, true); });
    // The wheel alone scrolls the page; with Ctrl or Cmd it zooms, as maps do.
    this.keys.addEventListener("wheel", (event) => { if (event.ctrlKey || event.metaKey) { event.preventDefault(); this.zoom(event.deltaY < 0 ? 1.25 : 0.8, this.plane(event)); } }, { passive: false });
    this.keys.addEventListener("keydown", (event) => { if (!event.altKey && !event.ctrlKey && !event.metaKey && this.onKey(event.key)) event.preventDefault(); });
  }
  onKey(key) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
    if (step) this.step(step);
    else if (key === "+" || key === "=") this.zoom(1.6, this.current >= 0 ? this.onPlane(this.list[this.current].centre) : undefined);
    else if (key === "-") this.zoom(1 / 1.6);
    else if (key === "0") this.reset();
    else if (key === "Enter" && this.current >= 0) this.onOpen(this.list[this.current].id, false);
    else return false;
    return true;
  }
  onPlane([x, y]) { return [x * this.view.k + this.view.x, y * this.view.k + this.view.y]; }
  /** To the nearest territory in a direction: far ones count, and those aside count double. */
  step([dx, dy]) {
    const from = this.current < 0 ? this.middle() : this.list[this.current].centre;
    let best = -1;
    let least = Infinity;
    this.list.forEach((one, n) => {
      const [x, y] = [one.centre[0] - from[0], one.centre[1] - from[1]];
      const along = x * dx + y * dy;
      const aside = Math.abs(x * dy) + Math.abs(y * dx);
      const cost = along + 2 * aside;
      if (n !== this.current && (this.current < 0 || along > 0) && (this.current < 0 ? Math.hypot(x, y) : cost) < least) { least = this.current < 0 ? Math.hypot(x, y) : cost; best = n; }
    });
    if (best >= 0) { this.onChoose(this.list[best].id); this.follow(); }
  }
}
