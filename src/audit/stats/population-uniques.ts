import jstat from "jstat";

const lnGamma = (x: number): number => jstat.jStat.gammaln(x);

/** How many classes of each size a sample has: `sizes[i]` rows stand in each of `counts[i]` classes. */
export interface ClassSizes {
  readonly sizes: readonly number[];
  readonly counts: readonly number[];
}

export interface PopulationUniques {
  /** Expected number of people whom nobody in the population equals. */
  readonly estimate: number;
  readonly model: "none" | "pitman" | "zayatz" | "snb";
}

/**
 * People unique in a population of N from a sample's class sizes, by the rule that Dankar et al. (2012) found most accurate: nobody
 * where the sample has no uniques; Pitman's model up to a sampling fraction of .1 (Zayatz where it cannot be fitted); beyond, the
 * slide negative binomial where it can be fitted and says no more than Zayatz, else Zayatz.
 * @pre population ≥ rows of the sample
 */
export function populationUniques(classes: ClassSizes, population: number): PopulationUniques {
  const rows = classes.sizes.reduce((sum, size, i) => sum + size * classes.counts[i], 0);
  if (uniquesOf(classes) === 0) return { estimate: 0, model: "none" };
  const byZayatz: PopulationUniques = { estimate: zayatz(classes, population), model: "zayatz" };
  if (rows <= 0.1 * population) {
    const estimate = pitman(classes, population);
    return estimate === null ? byZayatz : { estimate, model: "pitman" };
  }
  const estimate = slideNegativeBinomial(classes, population);
  return estimate === null || estimate > byZayatz.estimate ? byZayatz : { estimate, model: "snb" };
}

function uniquesOf({ sizes, counts }: ClassSizes): number {
  const at = sizes.indexOf(1);
  return at < 0 ? 0 : counts[at];
}

/** Zayatz (1991): f₁·P(F = 1 | f = 1)/π, the population's class sizes taken to be spread as the sample's, the sample drawn without replacement. */
export function zayatz({ sizes, counts }: ClassSizes, population: number): number {
  const classes = counts.reduce((a, b) => a + b, 0);
  const rows = sizes.reduce((sum, size, i) => sum + size * counts[i], 0);
  const unique = uniquesOf({ sizes, counts });
  if (unique === 0) return 0;
  const fraction = rows / population;
  const mixed = sizes.reduce((sum, size, i) => sum + (counts[i] / classes) * oneDrawn(population, size, rows), 0);
  return (unique * (((unique / classes) * fraction) / mixed)) / fraction;
}

/** Hypergeometric: exactly one of a class's `size` members among `rows` drawn of `population`. */
function oneDrawn(population: number, size: number, rows: number): number {
  if (size > population || rows - 1 > population - size) return 0;
  const lnChoose = (n: number, k: number): number => lnGamma(n + 1) - lnGamma(k + 1) - lnGamma(n - k + 1);
  return Math.exp(Math.log(size) + lnChoose(population - size, rows - 1) - lnChoose(population, rows));
}

/**
 * Pitman's sampling formula (Hoshino 2001): (θ, α) of greatest likelihood, then Γ(θ + 1)/Γ(θ + α)·N^α. Null where the likelihood has no
 * inner maximum: all classes of one row, or a single class.
 */
export function pitman({ sizes, counts }: ClassSizes, population: number): number | null {
  const classes = counts.reduce((a, b) => a + b, 0);
  const rows = sizes.reduce((sum, size, i) => sum + size * counts[i], 0);
  if (classes < 2 || classes === rows) return null;
  const likelihood = (alpha: number, theta: number): number => {
    const drawn = (classes - 1) * Math.log(alpha) + lnGamma(theta / alpha + classes) - lnGamma(theta / alpha + 1);
    const all = lnGamma(theta + rows) - lnGamma(theta + 1);
    const within = sizes.reduce((sum, size, i) => sum + counts[i] * (lnGamma(size - alpha) - lnGamma(1 - alpha)), 0);
    return drawn - all + within;
  };
  const thetaAt = (alpha: number): number => Math.exp(maximiser((t) => likelihood(alpha, Math.exp(t)), -7, Math.log(1e3 * rows)));
  const alpha = maximiser((a) => likelihood(a, thetaAt(a)), 1e-4, 1 - 1e-4);
  if (alpha < 2e-4 || alpha > 1 - 2e-4) return null;
  const theta = thetaAt(alpha);
  return Math.min(population, Math.exp(lnGamma(theta + 1) - lnGamma(theta + alpha) + alpha * Math.log(population)));
}

/**
 * Slide negative binomial (Chen & Keller-McNulty 1998): class sizes F with F − 1 negative binomial (r, p), each row drawn with chance
 * π; (r, p) from the sample's number of classes and of uniques. Null where no such (r, p) exists.
 */
export function slideNegativeBinomial({ sizes, counts }: ClassSizes, population: number): number | null {
  const classes = counts.reduce((a, b) => a + b, 0);
  const rows = sizes.reduce((sum, size, i) => sum + size * counts[i], 0);
  const unique = uniquesOf({ sizes, counts });
  const pi = rows / population;
  if (!(pi < 1)) return unique;
  const expected = (r: number, p: number): { classes: number; uniques: number; population: number } => {
    const q = 1 - p;
    const k = population / (1 + (r * q) / p);
    const base = p / (1 - q * (1 - pi));
    const zero = (1 - pi) * base ** r;
    return { classes: k * (1 - zero), uniques: k * pi * base ** r * (1 + ((1 - pi) * r * q) / (1 - q * (1 - pi))), population: k * p ** r };
  };
  // For each r the p that gives the sample's number of classes, which grows with p; then the r that gives its uniques.
  const pAt = (r: number): number | null => root((p) => expected(r, p).classes - classes, 1e-12, 1 - 1e-12);
  let before: { r: number; error: number } | null = null;
  for (let step = 0; step <= 80; step += 1) {
    const r = 10 ** (-4 + step / 10);
    const p = pAt(r);
    if (p === null) continue;
    const error = expected(r, p).uniques - unique;
    if (before !== null && Math.sign(error) !== Math.sign(before.error)) {
      const exact = root((x) => expected(x, pAt(x) ?? p).uniques - unique, before.r, r);
      const found = exact === null ? null : pAt(exact);
      return exact === null || found === null ? null : expected(exact, found).population;
    }
    before = { r, error };
  }
  return null;
}

/** Golden-section search of a maximum on [low, high]. */
function maximiser(f: (x: number) => number, low: number, high: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [a, b] = [low, high];
  for (let i = 0; i < 60 && b - a > 1e-9 * (1 + Math.abs(a)); i += 1) {
    const c = b - ratio * (b - a);
    const d = a + ratio * (b - a);
    if (f(c) > f(d)) b = d;
    else a = c;
  }
  return (a + b) / 2;
}

/** Bisection; null where the ends have one sign. */
function root(f: (x: number) => number, low: number, high: number): number | null {
  let [a, b] = [low, high];
  const [fa, fb] = [f(a), f(b)];
  if (!(Math.sign(fa) !== Math.sign(fb))) return null;
  for (let i = 0; i < 200 && b - a > 1e-14 * Math.max(1, Math.abs(a)); i += 1) {
    const middle = (a + b) / 2;
    if (Math.sign(f(middle)) === Math.sign(fa)) a = middle;
    else b = middle;
  }
  return (a + b) / 2;
}
