import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { modelFile } from "../../src/formats/model.js";
import { binTilts, codeMasses, tilted } from "../../src/synth/release/within-bin.js";

describe("values inside bins", () => {
  test("a linear density is found again in every inner bin, of whatever width", () => {
    const edges = [0, 1, 3, 4, 8, 10];
    const below = (x: number): number => x + 0.05 * x * x; // density 1 + x/10
    const widths = edges.slice(1).map((e, b) => e - edges[b]);
    const masses = edges.slice(1).map((e, b) => below(e) - below(edges[b]));
    const tilts = binTilts(widths, masses);
    for (let b = 1; b < widths.length - 1; b += 1) {
      const [from, to] = [1 + edges[b] / 10, 1 + edges[b + 1] / 10];
      expect(tilts[b]).toBeCloseTo((to - from) / (to + from), 12);
    }
    expect([tilts[0], tilts.at(-1)]).toEqual([0, 0]);
  });

  test("peaks, valleys, spikes and empty bins tilt nothing, and nothing is denser below zero", () => {
    expect([...binTilts([1, 1, 1], [1, 5, 1])]).toEqual([0, 0, 0]);
    expect([...binTilts([1, 1, 1], [5, 1, 5])]).toEqual([0, 0, 0]);
    expect([...binTilts([1, 1, 1, 1], [0, 0, 0, 9])]).toEqual([0, 0, 0, 0]);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 1000 })), { minLength: 1, maxLength: 12 }), (bins) => {
        const tilts = binTilts(
          bins.map(([w]) => w),
          bins.map(([, m]) => m),
        );
        for (const tilt of tilts) expect(Math.abs(tilt)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("a place has its share of the tilted density below it, in order, and stays inside the bin", () => {
    for (const tilt of [-1, -0.7, -1e-9, 0, 1e-9, 0.3, 1]) {
      let last = -1;
      for (const u of [0, 1e-9, 0.1, 0.25, 0.5, 0.75, 0.999, 1 - Number.EPSILON / 2]) {
        const t = tilted(u, tilt);
        expect(t * (1 - tilt) + tilt * t * t).toBeCloseTo(u, 9);
        expect(t).toBeGreaterThanOrEqual(Math.max(0, last));
        expect(t).toBeLessThan(1);
        last = t;
      }
    }
  });

  test("a column's masses are those of its clique, spread over its codes", () => {
    const model = modelFile.parse(JSON.parse(readFileSync("fixtures/golden/people.model.json", "utf8")));
    for (const { columns, shape, weights } of model.cliques) {
      const whole = weights.reduce((sum, w) => sum + w, 0);
      for (const name of columns) {
        const size = 1 + Math.max(...model.expansions[name].flatMap((g) => g.codes));
        const masses = codeMasses(model, name, size);
        const first = model.cliques.find((c) => c.columns.includes(name));
        if (first?.columns === columns) expect(masses.reduce((s, m) => s + m, 0) / whole).toBeCloseTo(1, 9);
        expect(shape[columns.indexOf(name)]).toBe(model.expansions[name].length);
      }
    }
    const small = { cliques: [{ columns: ["a", "b"], shape: [2, 3], weights: [1, 2, 3, 4, 5, 6] }], expansions: { a: [{ codes: [0], weights: [1] }, { codes: [1], weights: [1] }], b: [{ codes: [0, 3], weights: [1, 3] }, { codes: [1], weights: [7] }, { codes: [2], weights: [0] }] } }; // biome-ignore format: one table
    expect([...codeMasses(small, "a", 2)]).toEqual([6, 15]);
    expect([...codeMasses(small, "b", 4)]).toEqual([1.25, 7, 9, 3.75]);
  });
});
