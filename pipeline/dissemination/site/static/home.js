import { isAmount, meta, ready } from "./core.js";
import { Atlas } from "./atlas.js";

// Rates first: they compare territories of any size.
const rates = Object.keys(meta.indicators).filter((code) => !isAmount(meta.indicators[code]));
const place = document.querySelector("[data-atlas]");
if (!place) ready();
else new Atlas(place, [...new Set([...preferred(), ...rates, ...Object.keys(meta.indicators)])]).done.then(ready);

/** Begin with what the site is about: the first rate of pupils at home, if there is one. */
function preferred() {
  const mapped = (code) => Object.values(meta.levels).some((level) => level.mapped && level.count > 1 && level.indicators.includes(code));
  const order = ["home", "digital", "places", "teachers"];
  return order.flatMap((theme) => rates.filter((code) => meta.indicators[code].theme === theme && mapped(code)));
}
