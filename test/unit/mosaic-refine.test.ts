import { expect, test } from "vitest";
import { levelsOf } from "../../src/synth/mosaic/levels.js";
import type { Pyramid } from "../../src/synth/mosaic/resolution.js";
import { fitTree } from "../../src/synth/mosaic/tree-model.js";

// Values 3 and 4 have no mass after denoising and share a coarse cell: refined, they must start at next to nothing.
const shares = [Float64Array.of(0.5, 0.3, 0.2, 0, 0), Float64Array.of(0.6, 0.4)];
const of = (codes: number[]) => ({ size: Math.max(...codes) + 1, of: Uint32Array.from(codes) });
const pyramid: Pyramid = { shares, levels: [[of([0, 0, 0, 1, 1]), of([0, 1, 2, 3, 4])], levelsOf(shares[1], false)] };
const oneWays = shares.map((p) => ({ counts: p.map((v) => v * 1000), variance: 20 }));

test("a coarse cell without mass stays without mass when its column is refined", () => {
  const coarse = fitTree(pyramid, [0, 0], oneWays, [], 1000, undefined, { gapMax: 0.01, sweepsMax: 50 });
  const start = fitTree(pyramid, [1, 0], oneWays, [], 1000, coarse.potentials, { gapMax: 0.01, sweepsMax: 1 });
  expect(Math.max(...start.potentials.oneWays[0])).toBeLessThan(5);
  const [a, b, c, d, e] = start.solution.mu;
  expect([a, b, c].map((p, i) => Math.abs(p - shares[0][i]) < 0.05)).toEqual([true, true, true]);
  expect(d + e).toBeLessThan(0.001);
});
