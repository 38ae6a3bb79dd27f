import type { Column, Domain } from "../../../domain/column.js";
import type { Part } from "../part.js";

/** A column as that package sees it, loaded into pandas by the schema's types: numbers and times are continuous, the rest discrete; null is NaN or a missing level. */
export interface Side {
  readonly rows: number;
  /** Continuous: values in pandas' unit (times in nanoseconds), NaN where null. */
  readonly values: Float64Array | null;
  /** Levels of every column; of continuous ones, ten equal-width bins of the side's own range. */
  readonly levels: ArrayLike<number>;
  readonly levelCount: number;
  /** The level of null; −1 where the column has none. */
  readonly nullLevel: number;
  /** What pandas calls the column's type. */
  readonly type: string;
}

const NANOSECONDS: Partial<Record<Column["type"], number>> = { date: 86_400e9, datetime: 1e9 };

/** One side of every learned column. */
export function sidesOf(domain: Domain, part: Part): Side[] {
  return domain.columns.map((column, c): Side => {
    const own = part.values[c];
    if (own === null) {
      const levels = part.codes[c];
      return { rows: part.rows, values: null, levels, levelCount: column.size, nullLevel: column.nullCode ?? -1, type: discreteType(column, levels) };
    }
    const unit = NANOSECONDS[column.type] ?? 1;
    const values = unit === 1 ? own : own.map((value) => value * unit);
    return { rows: part.rows, values, levels: tenBins(values), levelCount: TEN_BINS, nullLevel: -1, type: unit === 1 ? numberType(values) : "datetime64[ns]" };
  });
}

/** Bins 0 to 10 of `numpy.digitize` over eleven edges, and 11: there lie the maximum and every null. */
const TEN_BINS = 12;

/** `numpy.digitize` over `numpy.histogram_bin_edges` of the values themselves: a shift between two tables does not show in it. */
function tenBins(values: Float64Array): Uint8Array {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) [low, high] = [0, 1];
  if (low === high) [low, high] = [low - 0.5, high + 0.5];
  const step = (high - low) / 10;
  const edges = Float64Array.from({ length: 11 }, (_, i) => (i === 10 ? high : i * step + low));
  return Uint8Array.from(values, (value) => {
    if (Number.isNaN(value)) return 11;
    let bin = 0;
    while (bin < 11 && edges[bin] <= value) bin += 1;
    return bin;
  });
}

function numberType(values: Float64Array): string {
  return values.every((value) => Number.isInteger(value)) ? "int64" : "float64";
}

/** Categories are read as text; booleans are `bool` unless one is missing. */
function discreteType(column: Column, levels: ArrayLike<number>): string {
  if (column.type !== "boolean") return "object";
  for (let i = 0; i < levels.length; i += 1) if (levels[i] === column.nullCode) return "object";
  return "bool";
}
