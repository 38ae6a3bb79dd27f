import { type Classifier, type Features, frequentCodes, type Learner } from "./features.js";

const MOST_LEVELS = 60;
const MOST_COEFFICIENTS = 800;
const PENALTY = 1;
const NEWTON_STEPS = 25;

/** Sparse design rows of equal length: one entry per number, its null flag and each category, and the intercept last. */
interface Design {
  readonly width: number;
  readonly index: Int32Array;
  readonly value: Float64Array;
}

/**
 * L2-penalised logistic regression (penalty ½‖w‖², intercept free: scikit-learn's C = 1) on standardised numbers and one-hot
 * categories, by Newton's method with halved steps.
 */
export const logistic: Learner = (features, labels) => logisticFit(features, labels);

/** The same, with what the fit adapts to where labels are noise. */
export function logisticFit(features: Features, labels: Uint8Array): Classifier & { adapted(): number } {
  const scales = features.numeric.map(standardise);
  const levels = features.categorical.map(({ codes, size }) => frequentCodes(codes, size, Math.min(MOST_LEVELS, Math.max(2, Math.floor(MOST_COEFFICIENTS / features.categorical.length)))));
  const starts: number[] = [];
  let size = scales.length * 2;
  for (const index of levels) {
    starts.push(size);
    size += index.reduce((top, i) => Math.max(top, i + 1), 0);
  }
  const intercept = size;
  size += 1;
  const design = (of: Features): Design => {
    const width = scales.length * 2 + levels.length + 1;
    const index = new Int32Array(of.rows * width);
    const value = new Float64Array(of.rows * width);
    for (let i = 0; i < of.rows; i += 1) {
      let at = i * width;
      for (let j = 0; j < scales.length; j += 1) {
        const x = of.numeric[j][i];
        index[at] = 2 * j;
        value[at] = Number.isNaN(x) ? 0 : (x - scales[j].mean) / scales[j].deviation;
        index[at + 1] = 2 * j + 1;
        value[at + 1] = Number.isNaN(x) ? 1 : 0;
        at += 2;
      }
      for (let j = 0; j < levels.length; j += 1, at += 1) {
        const level = levels[j][of.categorical[j].codes[i]];
        index[at] = level < 0 ? intercept : starts[j] + level;
        value[at] = level < 0 ? 0 : 1;
      }
      index[at] = intercept;
      value[at] = 1;
    }
    return { width, index, value };
  };
  const fitted = design(features);
  const weights = newton(fitted, features.rows, labels, size, intercept);
  return { score: (of) => linear(design(of), of.rows, weights), adapted: () => adaptation(fitted, features.rows, labels, size, intercept) };
}

function standardise(column: Float64Array): { mean: number; deviation: number } {
  let n = 0;
  let mean = 0;
  let squares = 0;
  for (let i = 0; i < column.length; i += 1) {
    if (Number.isNaN(column[i])) continue;
    n += 1;
    const d = column[i] - mean;
    mean += d / n;
    squares += d * (column[i] - mean);
  }
  return { mean, deviation: squares > 0 ? Math.sqrt(squares / n) : 1 };
}

function linear(design: Design, rows: number, weights: Float64Array): Float64Array {
  const out = new Float64Array(rows);
  for (let i = 0; i < rows; i += 1) {
    let sum = 0;
    for (let at = i * design.width; at < (i + 1) * design.width; at += 1) sum += design.value[at] * weights[design.index[at]];
    out[i] = sum;
  }
  return out;
}

function loss(scores: Float64Array, labels: Uint8Array, weights: Float64Array, intercept: number): number {
  let sum = 0;
  for (let i = 0; i < scores.length; i += 1) sum += Math.max(scores[i], 0) - labels[i] * scores[i] + Math.log1p(Math.exp(-Math.abs(scores[i])));
  for (let j = 0; j < weights.length; j += 1) if (j !== intercept) sum += (PENALTY / 2) * weights[j] ** 2;
  return sum;
}

function newton(design: Design, rows: number, labels: Uint8Array, size: number, intercept: number): Float64Array {
  let weights = new Float64Array(size);
  let scores = linear(design, rows, weights);
  let current = loss(scores, labels, weights, intercept);
  for (let step = 0; step < NEWTON_STEPS; step += 1) {
    const direction = newtonDirection(design, rows, labels, scores, weights, intercept);
    let scale = 1;
    let improved = false;
    for (; scale > 1e-4 && !improved; scale /= 2) {
      const tried = weights.map((w, j) => w - scale * direction[j]);
      const triedScores = linear(design, rows, tried);
      const triedLoss = loss(triedScores, labels, tried, intercept);
      if (triedLoss < current) {
        improved = current - triedLoss > 1e-6 * current;
        weights = tried;
        scores = triedScores;
        current = triedLoss;
        break;
      }
    }
    if (!improved) break;
  }
  return weights;
}

/** H⁻¹g by Cholesky. */
function newtonDirection(design: Design, rows: number, labels: Uint8Array, scores: Float64Array, weights: Float64Array, intercept: number): Float64Array {
  const { gradient, hessian } = derivatives(design, rows, labels, scores, weights, intercept);
  return solve(cholesky(hessian, weights.length), gradient, weights.length);
}

/** Gradient, and the lower triangle of the Hessian; the penalty (and a sliver on the intercept) keeps it positive definite. */
function derivatives(design: Design, rows: number, labels: Uint8Array, scores: Float64Array, weights: Float64Array, intercept: number): { gradient: Float64Array; hessian: Float64Array } {
  const p = weights.length;
  const gradient = new Float64Array(p);
  const hessian = new Float64Array(p * p);
  for (let i = 0; i < rows; i += 1) {
    const probability = 1 / (1 + Math.exp(-scores[i]));
    const error = probability - labels[i];
    const curvature = probability * (1 - probability);
    const end = (i + 1) * design.width;
    for (let a = i * design.width; a < end; a += 1) {
      const x = design.value[a];
      if (x === 0) continue;
      const row = design.index[a];
      gradient[row] += error * x;
      const cx = curvature * x;
      for (let b = i * design.width; b < end; b += 1) if (design.index[b] <= row) hessian[row * p + design.index[b]] += cx * design.value[b];
    }
  }
  for (let j = 0; j < p; j += 1) {
    if (j !== intercept) gradient[j] += PENALTY * weights[j];
    hessian[j * p + j] += j === intercept ? 1e-9 : PENALTY;
  }
  return { gradient, hessian };
}

/**
 * tr((H⁻¹A)²) − 1 with A = c(1−c)XᵀX and H = A + penalty: without penalty, the number of coefficients but the intercept. Where labels have
 * nothing to do with features, the fitted probabilities' mean squared deviation from c is this times c(1−c)/rows, to first order.
 */
function adaptation(design: Design, rows: number, labels: Uint8Array, size: number, intercept: number): number {
  const c = labels.reduce((a, b) => a + b, 0) / rows;
  const scores = new Float64Array(rows).fill(Math.log(c / (1 - c)));
  const { hessian } = derivatives(design, rows, labels, scores, new Float64Array(size), intercept);
  // M = H⁻¹A = I − H⁻¹·penalty, column by column; tr(M²) = Σ M_ij·M_ji
  const factor = cholesky(hessian, size);
  const m = new Float64Array(size * size);
  for (let j = 0; j < size; j += 1) {
    const unit = new Float64Array(size);
    unit[j] = j === intercept ? 1e-9 : PENALTY;
    const column = solve(factor, unit, size);
    for (let i = 0; i < size; i += 1) m[i * size + j] = (i === j ? 1 : 0) - column[i];
  }
  let trace = 0;
  for (let i = 0; i < size; i += 1) for (let j = 0; j < size; j += 1) trace += m[i * size + j] * m[j * size + i];
  return trace - 1;
}

/** Cholesky's factor in place of the lower triangle of a positive definite matrix, row-major. */
function cholesky(a: Float64Array, p: number): Float64Array {
  for (let i = 0; i < p; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = a[i * p + j];
      for (let k = 0; k < j; k += 1) sum -= a[i * p + k] * a[j * p + k];
      a[i * p + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / a[j * p + j];
    }
  }
  return a;
}

/** x of L·Lᵀ·x = b. */
function solve(factor: Float64Array, b: Float64Array, p: number): Float64Array {
  const x = Float64Array.from(b);
  for (let i = 0; i < p; i += 1) {
    for (let k = 0; k < i; k += 1) x[i] -= factor[i * p + k] * x[k];
    x[i] /= factor[i * p + i];
  }
  for (let i = p - 1; i >= 0; i -= 1) {
    for (let k = i + 1; k < p; k += 1) x[i] -= factor[k * p + i] * x[k];
    x[i] /= factor[i * p + i];
  }
  return x;
}
