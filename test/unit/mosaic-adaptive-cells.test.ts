import { describe, expect, test } from "vitest";
import { seededBits } from "../../src/base/random.js";
import { sumParts } from "../../src/domain/coarsening.js";
import { adaptiveCells } from "../../src/synth/mosaic/adaptive-cells.js";
import { ladderOf, type Rung } from "../../src/synth/mosaic/ladder.js";
import { levelsOf } from "../../src/synth/mosaic/levels.js";
import { levelStride, offersOf } from "../../src/synth/mosaic/offers.js";
import { levelAt, type PairTable, type Pyramid, resample, viewsOf } from "../../src/synth/mosaic/resolution.js";

const ROWS = 10_000;
const PAIR = [0, 1];

/** A pair of columns, one with order and one without, and a table of them whose rows gather about its diagonal. */
function drawn(seed: string, sizes: readonly number[], spread: number): { pyramid: Pyramid; table: PairTable } {
  const bits = seededBits(seed);
  const [a, b] = sizes;
  const raw = Float64Array.from({ length: a * b }, (_, cell) => bits.uniform() * Math.exp(-(Math.abs(Math.floor(cell / b) / a - (cell % b) / b) / spread)));
  const sum = raw.reduce((s, v) => s + v, 0);
  const counts = raw.map((v) => (ROWS * v) / sum);
  const shares = sizes.map((size, axis) =>
    Float64Array.from({ length: size }, (_, code) => counts.reduce((s, v, cell) => s + ((axis === 0 ? Math.floor(cell / b) : cell % b) === code ? v / ROWS : 0), 0)),
  );
  const pyramid = { shares, levels: shares.map((p, c) => levelsOf(p, c === 0)) };
  return { pyramid, table: { pair: PAIR, level: pyramid.levels.map((l) => l.length - 1), counts } };
}

/** A pair's tables, coarsest first, each summed or spread from the known one by itself. */
function tablesOf(pyramid: Pyramid, { counts, level }: PairTable): PairTable[] {
  return Array.from({ length: 1 + Math.max(...level) }, (_, index) => {
    const at = levelAt(pyramid, PAIR, index);
    return { pair: PAIR, level: at, counts: resample(pyramid, PAIR, counts, level, at) };
  });
}

const STEPS = { levels: 20, stride: 1, most: 1e6 };

/** The codes that stand in one cell with these, at the rung where splitting stops; by looking at each pair of codes alone. */
function leafOf(pyramid: Pyramid, tables: readonly PairTable[], codes: readonly number[], least: number): { name: string; expected: number } {
  for (let rung = 0; ; rung += 1) {
    const { level, counts } = tables[rung];
    const members = levelCodes(pyramid, level, codes);
    const cell = codes.reduce((at, code, axis) => at * pyramid.levels[axis][level[axis]].size + pyramid.levels[axis][level[axis]].of[code], 0);
    const finer = tables.at(rung + 1);
    const children = finer === undefined ? 0 : members.reduce((product, own, axis) => product * new Set(own.map((code) => pyramid.levels[axis][finer.level[axis]].of[code])).size, 1);
    if (finer === undefined || counts[cell] < least * Math.max(1, children / 16)) return { name: members.map((own) => own.join()).join(" × "), expected: counts[cell] };
  }
}

/** For each column, the codes that a level does not tell from the given one. */
function levelCodes(pyramid: Pyramid, level: readonly number[], codes: readonly number[]): number[][] {
  return codes.map((code, axis) => {
    const { of } = pyramid.levels[axis][level[axis]];
    return [...of.keys()].filter((other) => of[other] === of[code]);
  });
}

const CASES = ["a", "b", "c", "d"].flatMap((seed) =>
  [
    [20, 30],
    [2, 70],
    [5, 3],
    [2, 2],
  ].flatMap((sizes) => [0, 5, 60, 700, 3000, 1e9].map((least) => ({ seed, sizes, least }))),
);

describe("adaptive cells", () => {
  test.each(CASES)("are where splitting one pair of codes after the other ends: %o", ({ seed, sizes, least }) => {
    const { pyramid, table } = drawn(seed, sizes, 0.15);
    const tables = tablesOf(pyramid, table);
    const codesAt = (cell: number): number[] => [Math.floor(cell / sizes[1]), cell % sizes[1]];
    const leaves = Array.from({ length: sizes[0] * sizes[1] }, (_, cell) => leafOf(pyramid, tables, codesAt(cell), least));
    const names = leaves.map(({ name }) => name);
    const namesAt = (level: readonly number[]): string[] =>
      names.map((_, cell) =>
        levelCodes(pyramid, level, codesAt(cell))
          .map((own) => own.join())
          .join(" × "),
      );
    const found = adaptiveCells(ladderOf(pyramid, table, STEPS), least);
    if (found === undefined) {
      // the cells of a level, as they are
      expect(tables.some(({ level }) => namesAt(level).every((name, cell) => name === names[cell]))).toBe(true);
      return;
    }
    const { rung, partition } = found;
    const { level, counts, coarser } = rung;
    const expected = sumParts(counts, partition);
    const nameOf = new Map<number, string>();
    const partAt = (cell: number, at: readonly number[]): number =>
      codesAt(cell).reduce((place, code, axis) => place * pyramid.levels[axis][at[axis]].size + pyramid.levels[axis][at[axis]].of[code], 0);
    names.forEach((name, cell) => {
      const part = partition.of[partAt(cell, level)];
      expect(nameOf.get(part) ?? name).toBe(name);
      nameOf.set(part, name);
      expect(expected[part]).toBeCloseTo(leaves[cell].expected, 6);
    });
    expect(nameOf.size).toBe(partition.size);
    expect(new Set(nameOf.values()).size).toBe(partition.size);
    // no coarser level tells the parts apart
    if (coarser !== null) {
      const byParent = new Map<number, Set<string>>();
      names.forEach((name, cell) => {
        const parent = partAt(cell, coarser.level);
        byParent.set(parent, (byParent.get(parent) ?? new Set()).add(name));
      });
      expect(Math.max(...[...byParent.values()].map((own) => own.size))).toBeGreaterThan(1);
    }
  });

  test("are fewer the more rows a cell must hold", () => {
    const { pyramid, table } = drawn("fewer", [24, 24], 0.1);
    const sizes = [3, 10, 40, 160, 640].map((least) => adaptiveCells(ladderOf(pyramid, table, STEPS), least)?.partition.size ?? Number.NaN);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(sizes[0]).toBeGreaterThan(2 * sizes[4]);
  });

  test("none where there is no level at all", () => {
    expect(adaptiveCells(null, 10)).toBeUndefined();
  });
});

describe("a ladder", () => {
  const rungsOf = (rung: Rung | null): Rung[] => (rung === null ? [] : [rung, ...rungsOf(rung.finer())]);

  test.each([
    [1, [11, 11]],
    [1, [3, 7]],
    [2, [5, 5]],
    [3, [0, 9]],
  ])("of every %i. level, from a table known at %o: each table as if made by itself, and its place in the coarser one", (stride, known) => {
    const { pyramid, table } = drawn("ladder", [70, 90], 0.1);
    const level = known.map((l, axis) => Math.min(l, pyramid.levels[axis].length - 1));
    const from = { pair: PAIR, level, counts: resample(pyramid, PAIR, table.counts, table.level, level) };
    const levels = Math.max(...pyramid.levels.map((l) => l.length));
    const rungs = rungsOf(ladderOf(pyramid, from, { levels, stride, most: 1e6 }));
    expect(rungs.map((r) => r.index)).toEqual(Array.from({ length: Math.ceil(levels / stride) }, (_, i) => i * stride));
    for (const [i, { counts, level: at, index, within, coarser }] of rungs.entries()) {
      expect(at).toEqual(levelAt(pyramid, PAIR, index));
      const alone = resample(pyramid, PAIR, from.counts, from.level, at);
      expect(counts.length).toBe(alone.length);
      counts.forEach((v, cell) => expect(v).toBeCloseTo(alone[cell], 6));
      expect(coarser).toBe(rungs[i - 1] ?? null);
      for (const [axis, { size, to, members }] of within.entries()) {
        const own = pyramid.levels[axis][at[axis]];
        const wider = coarser === null ? { size: 1, of: own.of.map(() => 0) } : pyramid.levels[axis][coarser.level[axis]];
        expect(size).toBe(wider.size);
        for (let code = 0; code < own.of.length; code += 1) expect(to[own.of[code]]).toBe(wider.of[code]);
        for (let code = 0; code < size; code += 1) expect(members[code]).toBe(to.filter((at) => at === code).length);
      }
    }
  });

  test("ends before a table of too many cells", () => {
    const { pyramid, table } = drawn("ladder", [70, 90], 0.1);
    expect(rungsOf(ladderOf(pyramid, table, { levels: 12, stride: 1, most: 600 })).at(-1)?.counts).toHaveLength(24 * 24);
    expect(ladderOf(pyramid, table, { levels: 12, stride: 1, most: 3 })).toBeNull();
  });
});

describe("offers", () => {
  const { pyramid, table } = drawn("offers", [24, 24], 0.05);
  const views = viewsOf(pyramid);
  const offers = offersOf(pyramid, views, [table], 5, ROWS);

  test("a dependent pair at its levels and in adaptive cells, finest first, in one group, each beside what is expected of it", () => {
    expect(offers.filter((o) => o.query.partition !== undefined).length).toBeGreaterThan(1);
    expect(offers.filter((o) => o.query.partition === undefined).length).toBeGreaterThan(3);
    expect(new Set(offers.map((o) => o.candidate.group)).size).toBe(1);
    const places = offers.map((o) => views.indexOf(o.query.view));
    expect(places).toEqual([...places].sort((a, b) => b - a));
    for (const {
      candidate,
      query: { partition, view },
      level,
    } of offers) {
      const { estimate, handicap } = candidate;
      expect(candidate.partition).toBe(partition);
      expect(candidate.view).toBe(view);
      expect(estimate.reduce((s, v) => s + v, 0)).toBeCloseTo(ROWS, 6);
      expect(handicap).toBeCloseTo(0.33 * Math.sqrt(2 / Math.PI) * 5 * estimate.length, 9);
      const whole = resample(pyramid, PAIR, table.counts, table.level, level);
      expect(partition?.of ?? whole).toHaveLength(whole.length);
    }
  });

  test("nothing whose noise is expected to exceed the rows", () => {
    const most = ROWS / (0.33 * Math.sqrt(2 / Math.PI) * 100);
    const noisy = offersOf(pyramid, views, [table], 100, ROWS);
    expect(noisy.length).toBeGreaterThan(0);
    for (const { candidate } of noisy) expect(candidate.estimate.length).toBeLessThanOrEqual(most);
    expect(offersOf(pyramid, views, [table], 1e9, ROWS)).toEqual([]);
  });

  test("of very many pairs every other level", () => {
    expect([1, 45_000, 45_001, 90_001].map(levelStride)).toEqual([1, 1, 2, 3]);
  });
});
