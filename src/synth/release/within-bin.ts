import type { ModelFile } from "../../formats/model.js";

/**
 * Tilt of the density inside each bin, −1 … 1: density 1 + tilt·(2t − 1) over the bin's t in [0, 1]. Piecewise linear
 * reconstruction with the minmod limiter: a bin's slope is the smaller of those towards its two neighbours where they
 * agree in sign, else 0, so that a spike stays a spike and noise that goes up and down tilts nothing; each bin keeps its mass.
 * @param widths how many values each bin may hold  @param masses any common multiple of the bins' shares
 * @cite van Leer 1979, "Towards the ultimate conservative difference scheme V"; Roe 1986 (minmod)
 */
export function binTilts(widths: ArrayLike<number>, masses: ArrayLike<number>): Float64Array {
  const n = widths.length;
  const density = (b: number): number => masses[b] / widths[b];
  // density's change from a bin's middle to the next one's, per width of `own`
  const change = (left: number, own: number): number => ((density(left + 1) - density(left)) / (widths[left] + widths[left + 1])) * 2 * widths[own];
  return Float64Array.from({ length: n }, (_, b) => {
    if (b === 0 || b === n - 1 || !(masses[b] > 0)) return 0;
    const [before, after] = [change(b - 1, b), change(b, b)];
    if (before * after <= 0) return 0;
    const slope = Math.abs(before) < Math.abs(after) ? before : after;
    return Math.max(-1, Math.min(1, slope / 2 / density(b)));
  });
}

const BELOW_ONE = 1 - Number.EPSILON / 2;

/** Where the tilted density has the share u < 1 of its mass below it, below 1 too. Square root and the four operations only: the same double on every Node. */
export function tilted(u: number, tilt: number): number {
  if (tilt === 0 || u === 0) return u;
  const rest = 1 - tilt;
  return Math.min(BELOW_ONE, (2 * u) / (rest + Math.sqrt(rest * rest + 4 * tilt * u)));
}

/** Weights of a learned column's codes in the model: whole numbers' sums and products with shares, the same on every machine. */
export function codeMasses(model: Pick<ModelFile, "cliques" | "expansions">, name: string, size: number): Float64Array {
  const masses = new Float64Array(size);
  const clique = model.cliques.find(({ columns }) => columns.includes(name));
  if (clique === undefined) return masses;
  const at = clique.columns.indexOf(name);
  const inner = clique.shape.slice(at + 1).reduce((product, n) => product * n, 1);
  const groups = model.expansions[name];
  const grouped = new Float64Array(groups.length);
  clique.weights.forEach((weight, cell) => {
    grouped[Math.floor(cell / inner) % clique.shape[at]] += weight;
  });
  groups.forEach(({ codes, weights }, g) => {
    const whole = weights.reduce((sum, w) => sum + w, 0);
    codes.forEach((code, i) => {
      masses[code] = grouped[g] * (whole > 0 ? weights[i] / whole : 1 / codes.length);
    });
  });
  return masses;
}
