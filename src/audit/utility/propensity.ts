import { seededBits } from "../../base/random.js";
import type { Utility } from "../../formats/utility.js";
import type { AuditContext } from "../context.js";
import { fitBinners } from "./learners/binning.js";
import type { Features } from "./learners/features.js";
import { logisticFit } from "./learners/logistic.js";
import { addTree, growTree } from "./learners/tree.js";
import { type Part, type Parts, sample } from "./part.js";
import { featuresOf } from "./question.js";

/** Rows of each table: pMSE falls with them, its ratio to the expectation only grows sharper. */
const MOST_ROWS = 10_000;
const LEAST_ROWS = 50;
/** Trees grown on permuted labels; the mean of so many is known within some 3 %. */
const PERMUTATIONS = 10;
/** Features of a logistic regression, whose cost grows with their cube; wider tables go to the tree alone. */
const MOST_FEATURES = 600;

interface Propensity {
  readonly pmse: number;
  readonly expected: number;
}
type Measure = (features: Features, labels: Uint8Array, seed: string) => Propensity;

/**
 * Propensity mean squared error (Woo et al. 2009; Snoke et al. 2018): a classifier is asked which rows are released and which real,
 * and pMSE is the mean squared distance of its answers from the share of released rows. Beside it stands its expectation where both
 * tables are samples of one population: from the fit's degrees of freedom for logistic regression on main effects, from permuted labels for one
 * tree. A ratio near 1 says that this classifier sees no more than chance, not that no other would. synthpop's S_pMSE takes the
 * synthetic rows as drawn from the real table and is this ratio divided by the share of real rows.
 */
export function propensity(context: AuditContext, { train, release, unseen }: Parts): Utility["propensity"] {
  const out: Utility["propensity"] = [];
  const compare = (measure: Measure, other: Part, seed: string): (Propensity & { rows: number }) | null => {
    const most = Math.min(MOST_ROWS, train.rows, other.rows);
    if (most < LEAST_ROWS) return null;
    const sides = [sample(train, most, `${seed} real`), sample(other, most, `${seed} other`)].map((part) => featuresOf(context, part, -1));
    if (measure === byLogistic && widthOf(sides[0]) > MOST_FEATURES) return null;
    const labels = new Uint8Array(2 * most).fill(1, most);
    return { ...measure(stacked(sides[0], sides[1]), labels, seed), rows: 2 * most };
  };
  for (const [learner, measure] of MEASURES) {
    context.progress?.(`propensity, ${learner}`, out.length, MEASURES.length);
    const seed = `${context.seed} propensity ${learner}`;
    const found = compare(measure, release, seed);
    if (found === null) continue;
    const control = compare(measure, unseen, `${seed} control`);
    out.push({ learner, ...found, ratio: ratioOf(found), unseenRatio: control === null ? null : ratioOf(control) });
  }
  return out;
}

const ratioOf = ({ pmse, expected }: Propensity): number | null => (expected > 0 ? pmse / expected : null);

function widthOf({ numeric, categorical }: Features): number {
  return numeric.length + categorical.reduce((sum, { size }) => sum + size, 0);
}

/** Rows of one table below those of the other. */
function stacked(a: Features, b: Features): Features {
  const rows = a.rows + b.rows;
  const numeric = a.numeric.map((column, j) => {
    const out = new Float64Array(rows);
    out.set(column);
    out.set(b.numeric[j], a.rows);
    return out;
  });
  const categorical = a.categorical.map(({ codes, size }, j) => {
    const out = new Uint32Array(rows);
    out.set(codes);
    out.set(b.categorical[j].codes, a.rows);
    return { codes: out, size };
  });
  return { rows, numeric, categorical };
}

function byLogistic(features: Features, labels: Uint8Array): Propensity {
  const fit = logisticFit(features, labels);
  const c = labels.reduce((a, b) => a + b, 0) / labels.length;
  const pmse = fit.score(features).reduce((sum, score) => sum + (1 / (1 + Math.exp(-score)) - c) ** 2, 0) / labels.length;
  return { pmse, expected: (fit.adapted() * c * (1 - c)) / labels.length };
}

function byTree(features: Features, labels: Uint8Array, seed: string): Propensity {
  const binners = fitBinners(features);
  const data = binners.map((binner) => binner.apply(features));
  const c = labels.reduce((a, b) => a + b, 0) / labels.length;
  const even = new Float64Array(labels.length).fill(1);
  const pmseOf = (of: Uint8Array): number => {
    const tree = growTree(
      data,
      binners,
      Float64Array.from(of, (label) => c - label),
      even,
    );
    const moved = new Float64Array(of.length);
    addTree(tree, data, moved, 1);
    return moved.reduce((sum, x) => sum + x * x, 0) / of.length;
  };
  const bits = seededBits(`${seed} permutations`);
  let sum = 0;
  for (let r = 0; r < PERMUTATIONS; r += 1) sum += pmseOf(permuted(labels, bits));
  return { pmse: pmseOf(labels), expected: sum / PERMUTATIONS };
}

const MEASURES: readonly [string, Measure][] = [
  ["logistic regression", byLogistic],
  ["tree", byTree],
];

function permuted(labels: Uint8Array, bits: ReturnType<typeof seededBits>): Uint8Array {
  const out = labels.slice();
  for (let i = out.length - 1; i > 0; i -= 1) {
    const j = bits.below(i + 1);
    [out[i], out[j]] = [out[j], out[i]];
  }
  return out;
}
