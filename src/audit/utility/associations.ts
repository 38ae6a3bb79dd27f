import { cells, subsets } from "../../domain/clique.js";
import { ASSOCIATIONS, type Utility } from "../../formats/utility.js";
import type { AuditContext } from "../context.js";
import { countEach, DENSE_CELLS, type Part, type Parts } from "./part.js";
import { MAP_COLUMNS } from "./similarity.js";

type Association = Utility["associations"][number];

/**
 * Pearson's r of two numbers, Cramér's V of two categories, the correlation ratio η of a number by a category, for every pair, in
 * train, release and unseen real rows. No test of equality goes with them: that a difference is not significant proves no sameness.
 */
export function associations(context: AuditContext, parts: Parts): Association[] {
  const columns = context.real.domain.columns.slice(0, MAP_COLUMNS);
  const sizes = columns.map((column) => column.size);
  const sides = [parts.train, parts.release, parts.unseen];
  const out = subsets(columns.length, 2).map(([a, b]): Association & { at: number[] } => {
    const numbers = [a, b].filter((c) => columns[c].bins !== undefined).length;
    const kind = numbers === 2 ? "pearson" : numbers === 0 ? "cramers-v" : "correlation-ratio";
    const [train, release, unseen] = sides.map((side) => (kind === "cramers-v" ? null : ofNumbers(side, sizes, a, b)));
    return { a: columns[a].name, b: columns[b].name, kind, train, release, unseen, at: [a, b] };
  });
  const categories = out.filter((pair) => pair.kind === "cramers-v");
  countEach(
    sides,
    sizes,
    categories.map((pair) => pair.at),
    (counts, i) => {
      const { at } = categories[i];
      // Of large tables only the cells that occur are counted, without their place.
      const whole = cells(at, sizes) <= DENSE_CELLS;
      const [train, release, unseen] = counts.map((table, s) =>
        whole ? cramersVOfTable(table, sizes[at[0]], sizes[at[1]]) : cramersV(sides[s].codes[at[0]], sizes[at[0]], sides[s].codes[at[1]], sizes[at[1]]),
      );
      Object.assign(categories[i], { train, release, unseen });
    },
  );
  return out.map(({ at: _, ...pair }) => pair);
}

/** Mean and largest absolute difference to the train part by kind, beside the mean of unseen real rows. */
export function associationChange(pairs: readonly Association[]): Utility["associationChange"] {
  return ASSOCIATIONS.flatMap((kind) => {
    const changes = pairs.filter((pair) => pair.kind === kind).flatMap(({ train, release }) => (train === null || release === null ? [] : [Math.abs(train - release)]));
    const others = pairs.filter((pair) => pair.kind === kind).flatMap(({ train, release, unseen }) => (train === null || release === null || unseen === null ? [] : [Math.abs(train - unseen)]));
    if (changes.length === 0) return [];
    return [{ kind, pairs: changes.length, release: mean(changes), largest: changes.reduce((a, b) => Math.max(a, b), 0), unseen: others.length === 0 ? null : mean(others) }];
  });
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

function ofNumbers(side: Part, sizes: readonly number[], a: number, b: number): number | null {
  const [x, y] = [side.values[a], side.values[b]];
  if (x !== null && y !== null) return pearson(x, y);
  return x !== null ? correlationRatio(side.codes[b], sizes[b], x) : correlationRatio(side.codes[a], sizes[a], y as Float64Array);
}

/** Over the pairs without a null; null where a side does not vary. */
export function pearson(x: Float64Array, y: Float64Array): number | null {
  let n = 0;
  let meanX = 0;
  let meanY = 0;
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let i = 0; i < x.length; i += 1) {
    if (Number.isNaN(x[i]) || Number.isNaN(y[i])) continue;
    n += 1;
    const dx = x[i] - meanX;
    const dy = y[i] - meanY;
    meanX += dx / n;
    meanY += dy / n;
    xx += dx * (x[i] - meanX);
    yy += dy * (y[i] - meanY);
    xy += dx * (y[i] - meanY);
  }
  return xx > 0 && yy > 0 ? Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy))) : null;
}

/** √(χ²/(n·(min(r, c) − 1))) over the categories that occur, without bias correction; null where a side does not vary. */
export function cramersV(a: ArrayLike<number>, sizeA: number, b: ArrayLike<number>, sizeB: number): number | null {
  const left = new Float64Array(sizeA);
  const right = new Float64Array(sizeB);
  const joint = new Map<number, number>();
  for (let i = 0; i < a.length; i += 1) {
    left[a[i]] += 1;
    right[b[i]] += 1;
    const cell = a[i] * sizeB + b[i];
    joint.set(cell, (joint.get(cell) ?? 0) + 1);
  }
  let sum = 0;
  for (const [cell, count] of joint) sum += (count / left[Math.floor(cell / sizeB)]) * (count / right[cell % sizeB]);
  return strength(sum, left, right);
}

/** The same of a whole table of counts, row-major. */
export function cramersVOfTable(counts: Float64Array, sizeA: number, sizeB: number): number | null {
  const left = new Float64Array(sizeA);
  const right = new Float64Array(sizeB);
  for (let a = 0, i = 0; a < sizeA; a += 1) {
    for (let b = 0; b < sizeB; b += 1, i += 1) {
      left[a] += counts[i];
      right[b] += counts[i];
    }
  }
  let sum = 0;
  for (let a = 0, i = 0; a < sizeA; a += 1) for (let b = 0; b < sizeB; b += 1, i += 1) if (counts[i] > 0) sum += (counts[i] / left[a]) * (counts[i] / right[b]);
  return strength(sum, left, right);
}

/** @param sum Σ o²/(r·c), which is χ²/n + 1 */
function strength(sum: number, left: Float64Array, right: Float64Array): number | null {
  const least = Math.min(left.filter((x) => x > 0).length, right.filter((x) => x > 0).length);
  return least < 2 ? null : Math.min(1, Math.sqrt(Math.max(0, sum - 1) / (least - 1)));
}

/** η: root of the share of the number's variance that lies between categories; null where the number does not vary. */
function correlationRatio(codes: ArrayLike<number>, size: number, y: Float64Array): number | null {
  const counts = new Float64Array(size);
  const sums = new Float64Array(size);
  let n = 0;
  let total = 0;
  for (let i = 0; i < y.length; i += 1) {
    if (Number.isNaN(y[i])) continue;
    counts[codes[i]] += 1;
    sums[codes[i]] += y[i];
    n += 1;
    total += y[i];
  }
  const centre = total / n;
  let all = 0;
  for (let i = 0; i < y.length; i += 1) if (!Number.isNaN(y[i])) all += (y[i] - centre) ** 2;
  if (!(all > 0)) return null;
  let between = 0;
  for (let c = 0; c < size; c += 1) if (counts[c] > 0) between += counts[c] * (sums[c] / counts[c] - centre) ** 2;
  return Math.min(1, Math.sqrt(between / all));
}
