import { describe, expect, test } from "vitest";
import { seededBits } from "../../src/base/random.js";
import { sumParts } from "../../src/domain/coarsening.js";
import { posteriorMeans } from "../../src/synth/mosaic/empirical-bayes.js";
import { levelsOf } from "../../src/synth/mosaic/levels.js";
import { type MeasuredPair, type Pyramid, resample } from "../../src/synth/mosaic/resolution.js";
import { tilt } from "../../src/synth/mosaic/tilt.js";

const [HEIGHT, WIDTH] = [6, 9];

const shares = [HEIGHT, WIDTH].map((n) => Float64Array.from({ length: n }, (_, i) => (i + 1) / ((n * (n + 1)) / 2)));
const pyramid: Pyramid = { shares, levels: shares.map((p) => levelsOf(p, true)) };
const FULL = pyramid.levels.map((l) => l.length - 1);
const COARSE = [1, 2];

/** A dependent table of 5000 rows, all cells positive, and another with the same margins. */
function tables(seed: string): { model: Float64Array; truth: Float64Array } {
  const bits = seededBits(seed);
  const raw = Float64Array.from({ length: HEIGHT * WIDTH }, () => 0.2 + bits.uniform());
  const model = scaled(raw);
  const truth = Float64Array.from(model);
  for (let i = 0; i < 200; i += 1) {
    const [a, b, c, d] = [bits.below(HEIGHT), bits.below(HEIGHT), bits.below(WIDTH), bits.below(WIDTH)];
    const most = Math.min(truth[a * WIDTH + c], truth[b * WIDTH + d]) * 0.3;
    if (a === b || c === d) continue;
    for (const [x, y, sign] of [
      [a, c, -1],
      [b, d, -1],
      [a, d, 1],
      [b, c, 1],
    ])
      truth[x * WIDTH + y] += sign * most;
  }
  return { model, truth };
}

const scaled = (raw: Float64Array): Float64Array => raw.map((v) => (5000 * v) / raw.reduce((s, x) => s + x, 0));
const margins = (t: Float64Array): number[] => [
  ...Array.from({ length: HEIGHT }, (_, i) => t.subarray(i * WIDTH, (i + 1) * WIDTH).reduce((s, v) => s + v, 0)),
  ...Array.from({ length: WIDTH }, (_, j) => Array.from({ length: HEIGHT }, (_, i) => t[i * WIDTH + j]).reduce((s, v) => s + v, 0)),
];
const distance = (a: Float64Array, b: Float64Array): number => a.reduce((s, v, i) => s + Math.abs(v - b[i]), 0);
const extra = (counts: Float64Array, variance: number, level: number[] = FULL): MeasuredPair => ({ pair: [0, 1], level, counts, variance });
const tilted = (model: Float64Array, extras: MeasuredPair[]): Float64Array => tilt(pyramid, { pair: [0, 1], level: FULL, counts: model }, extras).counts;

/** Twice all targets, coarsest first, each followed by ten sweeps of iterative proportional fitting, cell by cell. */
function judge(model: Float64Array, extras: MeasuredPair[]): Float64Array {
  const table = Float64Array.from(model);
  const wanted = margins(model);
  const wholes = ({ level, partition, counts }: MeasuredPair): { whole: Float64Array; cell: (i: number, j: number) => number } => {
    const [rows, columns] = level.map((l, axis) => pyramid.levels[axis][l]);
    const whole = new Float64Array(counts.length);
    const cell = (i: number, j: number): number => {
      const at = rows.of[i] * columns.size + columns.of[j];
      return partition === undefined ? at : partition.of[at];
    };
    for (let i = 0; i < HEIGHT; i += 1) for (let j = 0; j < WIDTH; j += 1) whole[cell(i, j)] += table[i * WIDTH + j];
    return { whole, cell };
  };
  const fitMargins = (): void => {
    for (const [from, to] of [
      [0, HEIGHT],
      [HEIGHT, HEIGHT + WIDTH],
    ]) {
      const now = margins(table);
      for (let i = 0; i < HEIGHT; i += 1)
        for (let j = 0; j < WIDTH; j += 1) {
          const at = from === 0 ? i : HEIGHT + j;
          if (at < to && now[at] > 0) table[i * WIDTH + j] *= wanted[at] / now[at];
        }
    }
  };
  const order = [...extras].sort((a, b) => a.counts.length - b.counts.length);
  const targets = new Map<MeasuredPair, Float64Array>();
  for (let pass = 0; pass < 2; pass += 1) {
    for (const extra of order) {
      const { whole, cell } = wholes(extra);
      const target = targets.get(extra) ?? posteriorMeans(extra.counts, whole, extra.variance);
      targets.set(extra, target);
      for (let i = 0; i < HEIGHT; i += 1) for (let j = 0; j < WIDTH; j += 1) table[i * WIDTH + j] *= whole[cell(i, j)] > 0 ? target[cell(i, j)] / whole[cell(i, j)] : 0;
      for (let sweep = 0; sweep < 10; sweep += 1) fitMargins();
    }
  }
  return table;
}

const close = (a: Float64Array, b: Float64Array, digits: number): void => a.forEach((v, i) => expect(v).toBeCloseTo(b[i], digits));

describe("tilting a pair that the tree does not hold", () => {
  test("goes to the posterior means, then to the margins, as plain loops do: full, coarse and several measurements, also negative counts", () => {
    for (const seed of ["a", "b", "c"]) {
      const { model, truth } = tables(seed);
      const noisy = truth.map((v, i) => v + 90 * Math.sin(i));
      expect(Math.min(...noisy)).toBeLessThan(0);
      const coarse = resample(pyramid, [0, 1], truth, FULL, COARSE);
      for (const extras of [[extra(noisy, 2500)], [extra(coarse, 400, COARSE)], [extra(noisy, 2500), extra(coarse, 400, COARSE)], [extra(noisy, 1e-6)], [extra(noisy, 1e9)]]) {
        close(tilted(model, extras), judge(model, extras), 6);
      }
    }
  });

  test("goes to the posterior means of parts as plain loops do, at full resolution and at a coarse one", () => {
    for (const seed of ["d", "e"]) {
      const { model, truth } = tables(seed);
      const full = { size: 7, of: Uint32Array.from(truth, (_, cell) => (cell * cell + 3) % 7) };
      const coarse = resample(pyramid, [0, 1], truth, FULL, COARSE);
      const half = { size: 3, of: Uint32Array.from(coarse, (_, cell) => Math.min(2, cell)) };
      const inParts = [
        { ...extra(sumParts(truth, full), 90), partition: full },
        {
          ...extra(
            sumParts(coarse, half).map((v, i) => v + 15 * Math.sin(i)),
            200,
            COARSE,
          ),
          partition: half,
        },
      ];
      for (const extras of [[inParts[0]], [inParts[1]], [...inParts, extra(coarse, 400, COARSE)]]) close(tilted(model, extras), judge(model, extras), 6);
      // a precise measurement is met, but for what the margins ask
      const [met] = [tilted(model, [{ ...inParts[0], variance: 1e-6 }])];
      expect(distance(sumParts(met, full), sumParts(truth, full))).toBeLessThan(0.5 * distance(sumParts(model, full), sumParts(truth, full)));
    }
  });

  test("keeps the model's one-ways and rows, whatever was measured", () => {
    const { model, truth } = tables("m");
    const noisy = truth.map((v, i) => v + 40 * Math.cos(3 * i));
    for (const extras of [[extra(noisy, 900)], [extra(noisy, 900), extra(resample(pyramid, [0, 1], truth, FULL, COARSE), 100, COARSE)]]) {
      margins(tilted(model, extras)).forEach((v, i) => expect(Math.abs(v / margins(model)[i] - 1)).toBeLessThan(1e-3));
    }
  });

  test("moves to a precise measurement with the same margins, stays with the model beside a worthless one, and stands between them otherwise", () => {
    const { model, truth } = tables("n");
    close(tilted(model, [extra(truth, 1e-9)]), truth, 3);
    close(tilted(model, [extra(truth, 1e15)]), model, 3);
    const between = tilted(model, [extra(truth, 400)]);
    expect(distance(between, truth)).toBeLessThan(0.9 * distance(model, truth));
    expect(distance(between, model)).toBeLessThan(distance(truth, model));
  });

  test("cells of a coarse measurement keep the model's proportions but for what the margins ask", () => {
    const { model } = tables("o");
    // the measurement doubles nothing and takes nothing: it is the model's own
    close(tilted(model, [extra(resample(pyramid, [0, 1], model, FULL, COARSE), 1, COARSE)]), model, 3);
  });

  test("what the model calls impossible stays so, and an empty model stays empty", () => {
    const { model, truth } = tables("p");
    for (let j = 0; j < WIDTH; j += 1) model[2 * WIDTH + j] = 0;
    model[0] = 0;
    const table = tilted(model, [extra(truth, 100)]);
    expect([...table.subarray(2 * WIDTH, 3 * WIDTH)]).toEqual(new Array(WIDTH).fill(0));
    expect(table[0]).toBe(0);
    expect(table.every((v) => Number.isFinite(v) && v >= 0)).toBe(true);
    expect([...tilted(new Float64Array(HEIGHT * WIDTH), [extra(truth, 100)])]).toEqual(new Array(HEIGHT * WIDTH).fill(0));
  });

  test("counts far above and far below what is possible give finite tables", () => {
    const { model } = tables("q");
    for (const counts of [new Float64Array(54).fill(-1e12), new Float64Array(54).fill(1e15), Float64Array.from({ length: 54 }, (_, i) => (i % 2 ? 1e9 : -1e9))])
      for (const variance of [1e-9, 1, 1e18]) expect(tilted(model, [extra(counts, variance)]).every((v) => Number.isFinite(v) && v >= 0)).toBe(true);
  });
});
