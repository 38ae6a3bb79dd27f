import { describe, expect, test } from "vitest";
import { DpsynthError } from "../../src/base/errors.js";
import { parse, rational, toDouble } from "../../src/base/rational.js";
import { cells, subsets } from "../../src/domain/clique.js";
import type { Domain } from "../../src/domain/column.js";
import type { PrivacyEvent } from "../../src/formats/event.js";
import { type Aim, type AimOptions, measureAim } from "../../src/synth/aim/aim.js";
import { expected, refit } from "../../src/synth/aim/aim-model.js";
import { fitAim } from "../../src/synth/aim/fit-aim.js";
import { MEASURE_SHARE } from "../../src/synth/aim/rounds.js";
import { planFit } from "../../src/synth/plan.js";
import type { EncodedTable } from "../../src/table/encoded.js";
import { bruteForce, CLIQUE_SETS, cellOf } from "../support/brute-force.js";
import { openDoor } from "../support/open-door.js";
import { categoricalDomain, randomTable, sharedCodes } from "../support/tables.js";
import { seededNoise, zeroNoise } from "../support/test-noise.js";

const SIZES = [3, 20, 2, 7, 12];

interface Run {
  readonly aim: Aim;
  readonly events: readonly PrivacyEvent[];
  readonly price: number;
  readonly reserved: number;
}

async function run(table: EncodedTable, epsilon = 1, options: AimOptions = {}, noise = seededNoise("aim")): Promise<Run> {
  const { door, reserved, committed } = openDoor(table, noise, { epsilon });
  const aim = await measureAim(door, table.domain, options);
  await door.receipt();
  const [{ price, events }] = committed;
  return { aim, events, price: Number(price.rhoFemto) / 1e15, reserved: Number(reserved.rhoFemto) / 1e15 };
}

const number = (text: string): number => toDouble(parse(text) as NonNullable<ReturnType<typeof parse>>);
const rhoOf = (event: PrivacyEvent): number => {
  if (event.type === "discrete-gaussian") return event.l2Sensitivity ** 2 / (2 * number(event.sigma2));
  if (event.type === "exponential") return number(event.eta) ** 2 / 8;
  throw new Error("an event that AIM has not");
};
const countsOf = (table: EncodedTable, clique: readonly number[]): Float64Array => {
  const sizes = table.domain.columns.map((c) => c.size);
  const out = new Float64Array(cells(clique, sizes));
  for (let row = 0; row < table.rows; row += 1) out[cellOf(table.codes.map((c) => c[row]), clique, sizes)] += 1; // biome-ignore format: one act
  return out;
};
const empty = (sizes: readonly number[]): EncodedTable => ({ domain: categoricalDomain(sizes), rows: 0, codes: sizes.map((size) => sharedCodes(size, 0)), unitCount: 0 });

describe("AIM's budget", () => {
  test.each([0.1, 1, 10])("is never exceeded and used to a millionth, nine tenths of each round measuring, ε = %d", async (epsilon) => {
    const { aim, events, price, reserved } = await run(randomTable(SIZES, 4000, "events"), epsilon);
    expect(price).toBeLessThanOrEqual(reserved);
    expect(price).toBeGreaterThan(reserved * (1 - 1e-6));
    const [count, ...rest] = events;
    expect(count).toMatchObject({ query: "marginal()" });
    const oneWays = rest.slice(0, SIZES.length);
    expect(new Set(oneWays.map(rhoOf)).size).toBe(1);
    const rounds = rest.slice(SIZES.length);
    expect(rounds.length).toBe(2 * aim.rounds.length);
    for (let i = 0; i < rounds.length; i += 2) {
      expect([rounds[i].type, rounds[i + 1].type]).toEqual(["exponential", "discrete-gaussian"]);
      expect(rhoOf(rounds[i + 1]) / (rhoOf(rounds[i]) + rhoOf(rounds[i + 1]))).toBeCloseTo(MEASURE_SHARE, 6);
    }
    // the first round costs what each one-way cost and its selection
    expect(rhoOf(rounds[1]) / rhoOf(oneWays[0])).toBeCloseTo(1, 6);
  });

  test("selections are priced at the heaviest weight, and a larger unit pays in σ", async () => {
    const table = randomTable(SIZES, 4000, "units");
    const ofUnits = { ...table, domain: { ...table.domain, maxRows: 3, unit: { kind: "person", column: "id", maxRows: 3, source: "public" } } as unknown as Domain };
    const { events, price, reserved } = await run(ofUnits);
    expect(price).toBeLessThanOrEqual(reserved);
    for (const event of events) {
      if (event.type === "exponential") expect(event.sensitivity).toBe(2 * 3);
      if (event.type === "discrete-gaussian") expect(event.l2Sensitivity).toBe(3);
    }
  });

  test("annealing only ever quarters the variance, but for the last round", async () => {
    const { aim } = await run(randomTable(SIZES, 20_000, "anneal"), 5);
    const sigmas = aim.rounds.map((r) => r.sigma);
    const steps = sigmas.slice(1, -1).map((sigma, i) => sigmas[i] / sigma);
    for (const step of steps) expect(Math.min(Math.abs(step - 1), Math.abs(step - 2))).toBeLessThan(1e-6);
    expect(steps.some((step) => step > 1.5)).toBe(true);
  });

  test("a public number of rows is believed and costs nothing", async () => {
    const { aim, events } = await run(randomTable(SIZES, 4000, "public"), 1, { publicTotal: 4000 });
    expect(aim.model.total).toBe(4000);
    expect(events[0]).toMatchObject({ query: "marginal(a)" });
  });
});

test("the plan tells the noise of the first round, and one-ways have the same", async () => {
  const table = randomTable(SIZES, 4000, "plan");
  const { aim, events, reserved } = await run(table, 1, { publicTotal: 4000 });
  const plan = planFit("aim", table.domain, "zcdp", rational(BigInt(Math.round(reserved * 1e15)), 10n ** 15n), 4000);
  for (const planned of [...plan.oneWay, ...plan.pairs]) expect(planned.sigma / aim.rounds[0].sigma).toBeCloseTo(1, 6);
  expect(rhoOf(events[0])).toBeCloseTo(1 / (2 * plan.oneWay[0].sigma ** 2), 9);
  expect(aim.rounds.length).toBeLessThanOrEqual(plan.selections);
  expect(Math.max(...aim.rounds.map((r) => r.modelCells))).toBeLessThanOrEqual(plan.modelCellsMax);
});

describe("AIM's model", () => {
  test.each([100, 400, 3000])("holds its share of a cap of %d cells in every round, and uses it", async (cap) => {
    const { aim } = await run(randomTable(SIZES, 20_000, "cap"), 20, { modelCells: cap });
    const oneWays = SIZES.reduce((s, n) => s + n, 0);
    expect(aim.rounds.length).toBeGreaterThan(3);
    for (const { limit, modelCells } of aim.rounds) {
      expect(limit).toBeLessThanOrEqual(cap * (1 + 1e-9));
      expect(modelCells).toBeLessThanOrEqual(Math.max(oneWays, limit));
    }
    const largest = Math.max(...aim.rounds.map((r) => r.modelCells));
    expect(largest).toBeGreaterThan(Math.max(oneWays, cap / 4));
  });

  test("without noise every pair that matters is measured and met, round a loop of columns", async () => {
    // a → b → c → d and d = a: four columns in a loop that no tree of pairs can hold
    const sizes = [3, 3, 3, 3];
    const table = randomTable(sizes, 5000, "loop");
    table.codes[3].set(table.codes[0].map((a, row) => (row % 4 === 0 ? table.codes[2][row] : a)));
    const { aim } = await run(table, 1e4, { publicTotal: 5000 }, zeroNoise());
    const fitted = expected(aim.model, subsets(4, 2));
    subsets(4, 2).forEach((pair, i) => countsOf(table, pair).forEach((n, cell) => expect(Math.abs(fitted[i][cell] - n)).toBeLessThan(5)));
  });

  test("the same noise gives the same model", async () => {
    const [a, b] = [await run(randomTable(SIZES, 1000, "twice")), await run(randomTable(SIZES, 1000, "twice"))];
    expect(a.events).toEqual(b.events);
    expect(a.aim.model.solution.theta).toEqual(b.aim.model.solution.theta);
  });

  for (const [name, cliques] of Object.entries(CLIQUE_SETS)) {
    test(`a refit on ${name}: its marginals are those of its potentials in the full joint, and exact counts are met`, () => {
      const sizes = [3, 2, 4, 2, 3];
      const n = 10_000;
      const hidden = cliques.map((clique, f) => Float64Array.from({ length: cells(clique, sizes) }, (_, i) => Math.sin(3 * i + f)));
      const truth = bruteForce(sizes, cliques, hidden);
      const asked = [...sizes.map((_, c) => [c]), ...cliques];
      const tables = asked.map((clique) => ({ clique, counts: truth.marginal(clique).map((p) => p * n), variance: 1 }));
      const first = refit(tables.slice(0, 6), sizes, n, undefined, { gapMax: 1e-3, sweepsMax: 500 });
      const model = refit(tables, sizes, n, first, { gapMax: 1e-6, sweepsMax: 3000 });
      const distinct = [...new Map(asked.map((clique) => [clique.join(), clique])).values()];
      const theta = distinct.map((clique) => model.solution.theta.subarray(...(model.span.get(clique.join()) as [number, number])));
      const judge = bruteForce(sizes, distinct, theta);
      expected(model, distinct).forEach((table, i) => {
        table.forEach((v, cell) => expect(v).toBeCloseTo(n * judge.marginals[i][cell], 4));
        truth.marginal(distinct[i]).forEach((p, cell) => expect(Math.abs(table[cell] - n * p)).toBeLessThan(3));
      });
    });
  }
});

describe("AIM on tables that hold nothing to learn", () => {
  test("one column: all of the budget but the row count's goes to it, and nothing is chosen", async () => {
    const { aim, events, price, reserved } = await run(randomTable([5], 1000, "one"));
    expect(aim.rounds).toEqual([]);
    expect(events.map((e) => e.type)).toEqual(["discrete-gaussian", "discrete-gaussian"]);
    expect(price).toBeGreaterThan(reserved * (1 - 1e-6));
    expect(price).toBeLessThanOrEqual(reserved);
  });

  test.each([[[1, 4, 1]], [[1, 1]]])("columns of one value, %j", async (sizes: number[]) => {
    const { aim } = await run(randomTable(sizes, 500, "constant"));
    expected(aim.model, subsets(sizes.length, 2)).forEach((table) => {
      expect(table.every((v) => Number.isFinite(v) && v >= 0)).toBe(true);
      expect(table.reduce((s, v) => s + v, 0)).toBeCloseTo(aim.model.total, 3);
    });
  });

  test.each([undefined, 0])("no rows, public total %s: a model of at least one row, all of it probabilities", async (publicTotal) => {
    const { aim } = await run(empty(SIZES), 1, publicTotal === undefined ? {} : { publicTotal });
    expect(aim.model.total).toBeGreaterThanOrEqual(1);
    for (const table of expected(aim.model, subsets(SIZES.length, 2))) expect(table.every((v) => Number.isFinite(v) && v >= 0)).toBe(true);
  });

  test("a cap below the columns' own codes is refused before the door is touched", async () => {
    const { door } = openDoor(randomTable(SIZES, 10, "small"), zeroNoise());
    const before = door.left();
    await expect(measureAim(door, categoricalDomain(SIZES), { modelCells: 43 })).rejects.toSatisfy((e: unknown) => e instanceof DpsynthError && e.fault.code === "DPS-E126");
    expect(door.left()).toEqual(before);
  });
});

test("a fitted AIM stands on paper at full resolution, one code for each", async () => {
  const table = randomTable(SIZES, 2000, "paper");
  const fitted = await fitAim(openDoor(table, seededNoise("paper")).door, table.domain, undefined);
  expect(fitted.expansions.map((e) => e.length)).toEqual(SIZES);
  expect(fitted.calibrated.sizes).toEqual(SIZES);
  expect(fitted.targets).toBeUndefined();
});
