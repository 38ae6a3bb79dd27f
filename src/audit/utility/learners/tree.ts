import { type Binner, MOST_BINS } from "./binning.js";

const LEAVES = 31;
const LEAST_ROWS = 20;
const LEAST_CURVATURE = 1e-3;
/** Shrinks the order of rare categories towards the middle (LightGBM's cat_smooth). */
const CATEGORY_SMOOTHING = 10;

/** A regression tree over bins: a row goes left where `left[bin] = 1`. Leaves carry the Newton step −G/H. */
export interface Tree {
  readonly feature: Int32Array;
  readonly goesLeft: readonly (Uint8Array | null)[];
  readonly children: Int32Array;
  readonly value: Float64Array;
}

interface Split {
  readonly gain: number;
  readonly feature: number;
  readonly goesLeft: Uint8Array;
}

interface Leaf {
  readonly node: number;
  readonly from: number;
  readonly to: number;
  /** Gradient, curvature and rows per feature and bin, interleaved. */
  readonly histogram: Float64Array;
  readonly split: Split | null;
}

/**
 * Grow one tree, best leaf first (LightGBM, Ke et al. 2017): histograms of gradient and curvature, the smaller child counted and
 * the larger one had by subtraction; categories split along their order of gradient over curvature.
 * @param data bins per feature
 */
export function growTree(data: readonly Uint8Array[], binners: readonly Binner[], gradient: Float64Array, curvature: Float64Array): Tree {
  const rows = Uint32Array.from({ length: gradient.length }, (_, i) => i);
  const feature: number[] = [-1];
  const goesLeft: (Uint8Array | null)[] = [null];
  const children: number[] = [0, 0];
  const value: number[] = [0];
  const starts = binStarts(binners);
  const open = (node: number, from: number, to: number, histogram: Float64Array): Leaf => {
    const [g, h] = totals(histogram, starts[1]);
    value[node] = h > 0 ? -g / h : 0;
    return { node, from, to, histogram, split: to - from < 2 * LEAST_ROWS ? null : bestSplit(histogram, binners, starts, g, h, to - from) };
  };
  const leaves = [open(0, 0, rows.length, countHistogram(data, starts, rows, 0, rows.length, gradient, curvature))];
  while (leaves.length < LEAVES) {
    let best = -1;
    for (let i = 0; i < leaves.length; i += 1) if (leaves[i].split !== null && (best < 0 || (leaves[i].split as Split).gain > (leaves[best].split as Split).gain)) best = i;
    if (best < 0) break;
    const leaf = leaves[best];
    const split = leaf.split as Split;
    const middle = partition(rows, leaf.from, leaf.to, data[split.feature], split.goesLeft);
    const [left, right] = [feature.length, feature.length + 1];
    feature[leaf.node] = split.feature;
    goesLeft[leaf.node] = split.goesLeft;
    children[2 * leaf.node] = left;
    children[2 * leaf.node + 1] = right;
    feature.push(-1, -1);
    goesLeft.push(null, null);
    children.push(0, 0, 0, 0);
    value.push(0, 0);
    const leftIsSmall = middle - leaf.from <= leaf.to - middle;
    const small = leftIsSmall ? countHistogram(data, starts, rows, leaf.from, middle, gradient, curvature) : countHistogram(data, starts, rows, middle, leaf.to, gradient, curvature);
    const large = leaf.histogram; // the parent's is needed no more
    for (let i = 0; i < large.length; i += 1) large[i] -= small[i];
    leaves[best] = open(left, leaf.from, middle, leftIsSmall ? small : large);
    leaves.push(open(right, middle, leaf.to, leftIsSmall ? large : small));
  }
  return { feature: Int32Array.from(feature), goesLeft, children: Int32Array.from(children), value: Float64Array.from(value) };
}

/** Add `rate` × the tree's value into each row's score. */
export function addTree(tree: Tree, data: readonly Uint8Array[], scores: Float64Array, rate: number): void {
  for (let i = 0; i < scores.length; i += 1) {
    let node = 0;
    while (tree.feature[node] >= 0) node = tree.children[2 * node + ((tree.goesLeft[node] as Uint8Array)[data[tree.feature[node]][i]] === 1 ? 0 : 1)];
    scores[i] += rate * tree.value[node];
  }
}

/** First bin of each feature in a histogram, and the number of bins at the end. */
function binStarts(binners: readonly Binner[]): Int32Array {
  const starts = new Int32Array(binners.length + 1);
  binners.forEach((binner, f) => {
    starts[f + 1] = starts[f] + binner.bins;
  });
  return starts;
}

function countHistogram(data: readonly Uint8Array[], starts: Int32Array, rows: Uint32Array, from: number, to: number, gradient: Float64Array, curvature: Float64Array): Float64Array {
  const out = new Float64Array(starts[data.length] * 3);
  for (let f = 0; f < data.length; f += 1) {
    const bins = data[f];
    const base = starts[f] * 3;
    for (let r = from; r < to; r += 1) {
      const row = rows[r];
      const at = base + bins[row] * 3;
      out[at] += gradient[row];
      out[at + 1] += curvature[row];
      out[at + 2] += 1;
    }
  }
  return out;
}

/** Sums over the first feature's bins: every row stands in one of them. */
function totals(histogram: Float64Array, bins: number): [number, number] {
  let g = 0;
  let h = 0;
  for (let b = 0; b < bins; b += 1) {
    g += histogram[3 * b];
    h += histogram[3 * b + 1];
  }
  return [g, h];
}

function bestSplit(histogram: Float64Array, binners: readonly Binner[], starts: Int32Array, g: number, h: number, n: number): Split | null {
  let best: Split | null = null;
  for (let f = 0; f < binners.length; f += 1) {
    const base = starts[f] * 3;
    const order = Array.from({ length: binners[f].bins }, (_, b) => b);
    if (!binners[f].ordered) {
      const key = order.map((b) => histogram[base + 3 * b] / (histogram[base + 3 * b + 1] + CATEGORY_SMOOTHING));
      order.sort((a, b) => key[a] - key[b] || a - b);
    }
    let gl = 0;
    let hl = 0;
    let nl = 0;
    let bestAt = -1;
    let bestGain: number = best === null ? 1e-9 : best.gain;
    for (let i = 0; i + 1 < order.length; i += 1) {
      const at = base + 3 * order[i];
      gl += histogram[at];
      hl += histogram[at + 1];
      nl += histogram[at + 2];
      if (nl < LEAST_ROWS || hl < LEAST_CURVATURE) continue;
      if (n - nl < LEAST_ROWS || h - hl < LEAST_CURVATURE) break;
      const gain = (gl * gl) / hl + ((g - gl) * (g - gl)) / (h - hl) - (g * g) / h;
      if (gain > bestGain) {
        bestGain = gain;
        bestAt = i;
      }
    }
    if (bestAt >= 0) {
      const goesLeft = new Uint8Array(MOST_BINS);
      for (let i = 0; i <= bestAt; i += 1) goesLeft[order[i]] = 1;
      best = { gain: bestGain, feature: f, goesLeft };
    }
  }
  return best;
}

/** Move the rows that go left to the front; returns where the others begin. */
function partition(rows: Uint32Array, from: number, to: number, bins: Uint8Array, goesLeft: Uint8Array): number {
  let left = from;
  let right = to;
  while (left < right) {
    if (goesLeft[bins[rows[left]]] === 1) left += 1;
    else {
      right -= 1;
      const row = rows[left];
      rows[left] = rows[right];
      rows[right] = row;
    }
  }
  return left;
}
