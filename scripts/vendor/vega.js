// What charts need in the browser: Vega's runtime, and the interpreter that lets it run where a
// Content-Security-Policy forbids `eval`. Charts are compiled from Vega-Lite when a site is built.
// Left out of Vega: force, hierarchy, label, regression, word clouds and crossfilter, a fifth of it.
import { extend } from "vega-util";
import { transforms } from "vega-dataflow";
import * as basic from "vega-transforms";
import * as views from "vega-view-transforms";
import * as encode from "vega-encode";
import * as geo from "vega-geo";
import * as voronoi from "vega-voronoi";

extend(transforms, basic, views, encode, geo, voronoi);

export { View } from "vega-view";
export { parse } from "vega-parser";
export { changeset } from "vega-dataflow";
export { loader } from "vega-loader";
export { Error, Warn } from "vega-util";
export {
  numberFormatDefaultLocale as formatLocale,
  timeFormatDefaultLocale as timeFormatLocale,
} from "vega-format";
export { expressionInterpreter } from "vega-interpreter";
export { feature, mesh } from "topojson-client";
