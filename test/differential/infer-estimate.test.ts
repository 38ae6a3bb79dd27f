import { describe, expect, test } from "vitest";
import { seededBits } from "../../src/base/random.js";
import { cells } from "../../src/domain/clique.js";
import { makeConsistent, type NoisyTable } from "../../src/synth/infer/consistent.js";
import { estimate } from "../../src/synth/infer/estimate.js";
import { projectionMap } from "../../src/synth/infer/index-map.js";
import { bruteForce, CLIQUE_SETS, cellOf, jointCells } from "../support/brute-force.js";

const SIZES = [3, 2, 4, 2, 3];

function gaussian(bits: ReturnType<typeof seededBits>): number {
  return Math.sqrt(-2 * Math.log(1 - bits.uniform())) * Math.cos(2 * Math.PI * bits.uniform());
}

function noisyMarginals(cliques: number[][], n: number, sigma: number, seed: string): { tables: NoisyTable[]; truth: Float64Array[] } {
  const bits = seededBits(seed);
  const theta = cliques.map((c) => Float64Array.from({ length: cells(c, SIZES) }, () => 2 * gaussian(bits)));
  const truth = bruteForce(SIZES, cliques, theta).marginals.map((m) => m.map((p) => p * n));
  return { truth, tables: cliques.map((clique, f) => ({ clique, counts: truth[f].map((v) => v + sigma * gaussian(bits)), variance: sigma * sigma })) };
}

/** Least squares by brute force: mirror descent on the whole joint, run to convergence. */
function jointLeastSquares(tables: readonly NoisyTable[], n: number): { loss: number; marginal(clique: readonly number[]): Float64Array } {
  const joint = [...jointCells(SIZES)];
  let p = new Float64Array(joint.length).fill(1 / joint.length);
  const maps = tables.map((t) => Uint32Array.from(joint, (codes) => cellOf(codes, t.clique, SIZES)));
  const evaluate = (q: Float64Array): { loss: number; gradient: Float64Array } => {
    const gradient = new Float64Array(q.length);
    let loss = 0;
    tables.forEach((t, f) => {
      const r = Float64Array.from(t.counts, (y) => -y);
      for (let i = 0; i < q.length; i += 1) r[maps[f][i]] += n * q[i];
      for (const v of r) loss += (v * v) / (2 * t.variance);
      for (let i = 0; i < q.length; i += 1) gradient[i] += (r[maps[f][i]] / t.variance) * n;
    });
    return { loss, gradient };
  };
  let now = evaluate(p);
  let step = 1e-6;
  for (let iteration = 0; iteration < 30_000; iteration += 1) {
    const lowest = Math.min(...now.gradient);
    const q = p.map((v, i) => v * Math.exp(-step * (now.gradient[i] - lowest)));
    const sum = q.reduce((s, v) => s + v, 0);
    const next = q.map((v) => v / sum);
    const there = evaluate(next);
    if (there.loss <= now.loss) {
      p = next;
      now = there;
      step *= 1.2;
    } else step /= 2;
  }
  return {
    loss: now.loss,
    marginal: (clique) => {
      const out = new Float64Array(cells(clique, SIZES));
      joint.forEach((codes, i) => {
        out[cellOf(codes, clique, SIZES)] += n * p[i];
      });
      return out;
    },
  };
}

function lossOf(tables: readonly NoisyTable[], fitted: readonly Float64Array[]): number {
  return tables.reduce((sum, t, f) => sum + t.counts.reduce((s, y, i) => s + (fitted[f][i] - y) ** 2 / (2 * t.variance), 0), 0);
}

describe("estimation", () => {
  for (const [name, cliques] of Object.entries(CLIQUE_SETS)) {
    test(`${name}: reaches the least-squares loss of the full joint within the noise`, () => {
      const n = 5000;
      const { tables } = noisyMarginals(cliques, n, 20, name);
      const judge = jointLeastSquares(tables, n);
      const fit = estimate(tables, SIZES, { total: n, gapMax: 1e-6, recentres: 30, sweepsMax: 5000 });
      const fitted = cliques.map((clique) => {
        const [table] = fit.inference.within([clique]);
        return table.map((p) => n * p);
      });
      const measured = tables.reduce((s, t) => s + t.counts.length, 0);
      expect(lossOf(tables, fitted) - judge.loss).toBeLessThan(0.02 * measured);
      for (const [f, clique] of cliques.entries()) {
        const theirs = judge.marginal(clique);
        fitted[f].forEach((v, i) => expect(Math.abs(v - theirs[i])).toBeLessThan(20));
      }
    });
  }

  test("stops only where the duality gap is below what was asked", () => {
    const { tables } = noisyMarginals(CLIQUE_SETS.cycle, 5000, 20, "gap");
    const fit = estimate(tables, SIZES, { gapMax: 0.015 });
    expect(fit.gapPerCell).toBeLessThanOrEqual(0.015);
    expect(fit.sweeps).toBeLessThan(600);
  });

  test("an empty table, all noise, still gives probabilities", () => {
    const { tables } = noisyMarginals(CLIQUE_SETS.tree, 0, 30, "empty");
    const fit = estimate(tables, SIZES);
    expect(fit.total).toBeGreaterThanOrEqual(1);
    for (const belief of fit.inference.within(fit.inference.tree.map((t) => t.clique))) {
      expect(belief.every((p) => p >= 0 && Number.isFinite(p))).toBe(true);
      expect(belief.reduce((s, p) => s + p, 0)).toBeCloseTo(1, 9);
    }
  });
});

describe("consistent marginals", () => {
  test("leave consistent tables alone and agree on every shared column", () => {
    const cliques = CLIQUE_SETS["triple and pairs inside it"];
    const { tables, truth } = noisyMarginals(cliques, 1000, 10, "consistent");
    const exact = makeConsistent(
      tables.map((t, f) => ({ ...t, counts: truth[f] })),
      SIZES,
    );
    exact.tables.forEach((t, f) => t.forEach((v, i) => expect(v).toBeCloseTo(truth[f][i], 8)));
    const { tables: made } = makeConsistent(tables, SIZES);
    const shared = (f: number, keep: number[]): Float64Array => {
      const map = projectionMap(cliques[f], keep, SIZES);
      const out = new Float64Array(cells(keep, SIZES));
      made[f].forEach((v, i) => {
        out[map[i]] += v;
      });
      return out;
    };
    [0, 1, 2].forEach((f) =>
      expect(
        shared(
          f,
          [1].filter((c) => cliques[f].includes(c)),
        ).length,
      ).toBeGreaterThan(0),
    );
    shared(0, [2]).forEach((v, i) => expect(v).toBeCloseTo(shared(2, [2])[i], 8));
    shared(0, [0, 1]).forEach((v, i) => expect(v).toBeCloseTo(made[1][i], 8));
    shared(3, [2]).forEach((v, i) => expect(v).toBeCloseTo(shared(0, [2])[i], 8));
  });

  test("is the least-squares projection: nothing consistent is nearer", () => {
    // normal equations of min Σ (A x − y)²/σ² over a joint x of any sign, solved by conjugate gradients
    const cliques = CLIQUE_SETS.cycle;
    const { tables } = noisyMarginals(cliques, 1000, 10, "projection");
    const joint = [...jointCells(SIZES)];
    const maps = tables.map((t) => joint.map((codes) => cellOf(codes, t.clique, SIZES)));
    const apply = (x: Float64Array): Float64Array[] => tables.map((t, f) => joint.reduce((out, _, i) => ((out[maps[f][i]] += x[i]), out), new Float64Array(t.counts.length)));
    const back = (r: readonly Float64Array[]): Float64Array => Float64Array.from(joint, (_, i) => r.reduce((s, v, f) => s + v[maps[f][i]] / tables[f].variance, 0));
    const x = new Float64Array(joint.length);
    let r = back(tables.map((t) => Float64Array.from(t.counts)));
    let d = Float64Array.from(r);
    for (let k = 0; k < 300; k += 1) {
      const q = back(apply(d));
      const rr = r.reduce((s, v) => s + v * v, 0);
      if (rr < 1e-20) break;
      const alpha = rr / d.reduce((s, v, i) => s + v * q[i], 0);
      for (let i = 0; i < x.length; i += 1) x[i] += alpha * d[i];
      r = r.map((v, i) => v - alpha * q[i]);
      const beta = r.reduce((s, v) => s + v * v, 0) / rr;
      d = d.map((v, i) => r[i] + beta * v);
    }
    const best = apply(x);
    makeConsistent(tables, SIZES).tables.forEach((t, f) => t.forEach((v, i) => expect(v).toBeCloseTo(best[f][i], 5)));
  });
});
