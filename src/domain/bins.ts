import { type DpsynthError, fault } from "../base/errors.js";
import type { Field } from "../formats/table-schema.js";
import type { Bins } from "./column.js";
import { monthOf, monthStart, parseDay, parseSecond } from "./time.js";

export type BinnedField = Extract<Field, { type: "integer" | "number" | "date" | "datetime" }>;

const DEFAULT_BINS = 32;
/** Up to this many distinct steps each step is a bin of its own. */
const ONE_BIN_A_STEP = 100;
const SECONDS = { second: 1, minute: 60, hour: 3600, day: 86_400 } as const;

/** Text or number of the schema in the inner unit: the number itself, days or seconds since 1970-01-01; undefined where it is none. */
export function innerValue(field: BinnedField, value: number | string): number | undefined {
  if (field.type === "integer" || field.type === "number") return typeof value === "number" && Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string") return undefined;
  return field.type === "date" ? parseDay(value) : parseSecond(value);
}

/**
 * Bins of a binned field. Faults DPS-E210 to E213 for absent, reversed or meaningless bounds and for edges that do not ascend or
 * do not span the bounds. `where` is `people.schema.json: fields[3]`.
 */
export function binsOf(field: BinnedField, where: string): Bins {
  const edges = explicitEdges(field, where);
  const [minimum, maximum] = boundsOf(field, where, edges);
  const grid = gridOf(field);
  if (edges !== undefined) return { edges: Float64Array.from(alignedEdges(edges, grid, where)), step: grid.step };
  const count = typeof field.dpsynth.bins === "number" ? field.dpsynth.bins : undefined;
  if (field.type === "number") return { edges: equalWidth(minimum, maximum, count ?? DEFAULT_BINS), step: 0 };
  const first = grid.index(minimum);
  const steps = grid.index(maximum) + 1 - first;
  const bins = Math.min(steps, count ?? (steps <= ONE_BIN_A_STEP ? steps : DEFAULT_BINS));
  return { edges: Float64Array.from({ length: bins + 1 }, (_, i) => grid.start(first + wholeShare(i, steps, bins))), step: grid.step };
}

/** ⌊i·steps/bins⌋ without losing digits where the product passes 2⁵³. */
function wholeShare(i: number, steps: number, bins: number): number {
  return i * steps <= Number.MAX_SAFE_INTEGER ? Math.floor((i * steps) / bins) : Number((BigInt(i) * BigInt(steps)) / BigInt(bins));
}

/** Ascending edges from minimum to maximum, both hit exactly. */
function equalWidth(minimum: number, maximum: number, count: number): Float64Array {
  const edges = Float64Array.from({ length: count + 1 }, (_, i) => minimum * (1 - i / count) + maximum * (i / count));
  edges[0] = minimum;
  edges[count] = maximum;
  // A range of few representable doubles makes equal neighbours; an empty bin can hold nothing, so it goes.
  return edges.filter((edge, i) => i === 0 || edge > edges[i - 1]);
}

/** The lattice of representable values of a whole type: step number ⇄ first inner value of the step. */
interface Grid {
  readonly step: number;
  index(value: number): number;
  start(index: number): number;
}

function gridOf(field: BinnedField): Grid {
  if (field.type === "date" && field.dpsynth.granularity !== "day") {
    const months = field.dpsynth.granularity === "month" ? 1 : 12;
    return { step: 1, index: (v) => Math.floor(monthOf(v) / months), start: (i) => monthStart(i * months) };
  }
  const step = field.type === "datetime" ? SECONDS[field.dpsynth.granularity] : field.type === "number" ? 0 : 1;
  return step === 0 ? { step, index: (v) => v, start: (i) => i } : { step, index: (v) => Math.floor(v / step), start: (i) => i * step };
}

/** Whole types: edges fall on the grid, and the last, inclusive in the schema, becomes exclusive. */
function alignedEdges(edges: readonly number[], grid: Grid, where: string): number[] {
  if (grid.step === 0) return [...edges];
  const last = edges.length - 1;
  const out = edges.map((e, i) => (i === last ? grid.start(grid.index(e) + 1) : grid.start(grid.index(e))));
  if (!Number.isInteger(edges.reduce((a, e) => a + e, 0))) {
    throw fault("DPS-E213", `${where}.dpsynth.bins`, "whole numbers", "a list with a fraction", "Write whole edges, or make the field a number.");
  }
  refuseUnordered(out, where);
  return out;
}

function refuseUnordered(edges: readonly number[], where: string): void {
  const at = edges.findIndex((e, i) => i > 0 && !(e > edges[i - 1]));
  if (at > 0) throw fault("DPS-E213", `${where}.dpsynth.bins[${at}]`, "greater than the edge before it", "not (on the field's granularity)", "Write the edges in ascending order, each once.");
}

function explicitEdges(field: BinnedField, where: string): number[] | undefined {
  const { bins } = field.dpsynth;
  if (!Array.isArray(bins)) return undefined;
  const edges = bins.map((b, i) => {
    const value = innerValue(field, b);
    if (value === undefined) throw fault("DPS-E213", `${where}.dpsynth.bins[${i}]`, kindOf(field), "something else", "Write every edge in the unit of the field.");
    return value;
  });
  // Of a whole type the last edge is its last value: written twice, that value is a bin of its own, as a top code wants it.
  refuseUnordered(field.type !== "number" && edges.at(-1) === edges.at(-2) ? edges.slice(0, -1) : edges, where);
  return edges;
}

const kindOf = (field: BinnedField): string => (field.type === "date" ? "a day, 2020-12-31" : field.type === "datetime" ? "an instant, 2020-12-31T23:59:00" : "a number");

/** Whole numbers of any size, or all days of four-digit years: what a column is until its bounds are discovered. */
function widest(field: BinnedField): [number, number] {
  if (field.type === "date") return [parseDay("0001-01-01") as number, parseDay("9999-12-31") as number];
  if (field.type === "datetime") return [parseSecond("0001-01-01") as number, parseSecond("9999-12-31T23:59:59") as number];
  return [-(2 ** 53) + 1, 2 ** 53 - 1];
}

function boundsOf(field: BinnedField, where: string, edges: readonly number[] | undefined): [number, number] {
  const read = (key: "minimum" | "maximum", edge: number | undefined): number | undefined => {
    const raw = field.constraints?.[key];
    if (raw === undefined) return edge;
    const value = innerValue(field, raw);
    if (value === undefined) throw fault("DPS-E210", `${where}.constraints.${key}`, kindOf(field), "no such value of the calendar", "Correct it.");
    if (edge !== undefined && edge !== value) throw outside(where, key);
    return value;
  };
  const minimum = read("minimum", edges?.[0]);
  const maximum = read("maximum", edges?.[edges.length - 1]);
  if (field.dpsynth.source === "discover" && minimum === undefined && maximum === undefined) return widest(field);
  if (minimum === undefined || maximum === undefined) {
    const key = minimum === undefined ? "minimum" : "maximum";
    throw fault(
      "DPS-E211",
      `${where}.constraints.${key}`,
      "declared (it may not be read from the data unpaid)",
      "missing",
      'Declare public bounds, or write "source": "discover" under dpsynth to pay for them.',
    );
  }
  if (minimum > maximum || (field.type === "number" && minimum === maximum)) {
    throw fault(
      "DPS-E212",
      `${where}.constraints`,
      field.type === "number" ? "minimum < maximum" : "minimum ≤ maximum",
      minimum > maximum ? "reversed" : "one point",
      "Put the smaller bound under minimum.",
    );
  }
  return [minimum, maximum];
}

function outside(where: string, key: "minimum" | "maximum"): DpsynthError {
  return fault(
    "DPS-E213",
    `${where}.dpsynth.bins`,
    "edges from constraints.minimum to constraints.maximum",
    `a list whose ${key === "minimum" ? "first" : "last"} edge is not the ${key}`,
    "Make the outer edges equal to the bounds, or leave the bounds out.",
  );
}
