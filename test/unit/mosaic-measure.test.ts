import { describe, expect, test } from "vitest";
import { parse, toDouble } from "../../src/base/rational.js";
import type { Domain } from "../../src/domain/column.js";
import type { Door } from "../../src/domain/door.js";
import type { PrivacyEvent } from "../../src/formats/event.js";
import type { ModelFile } from "../../src/formats/model.js";
import { modelOf } from "../../src/synth/model.js";
import { fitMosaic } from "../../src/synth/mosaic/fit-mosaic.js";
import { type Mosaic, measureMosaic } from "../../src/synth/mosaic/mosaic.js";
import { allocate, COUNT_SHARE, picksByRound, SELECT_SHARE, SELECT_SHARE_OF_ALL, visibleCells } from "../../src/synth/mosaic/schedule.js";
import { checkModel } from "../../src/synth/sample/check-model.js";
import { sampler } from "../../src/synth/sample/sampler.js";
import type { EncodedTable } from "../../src/table/encoded.js";
import { openDoor } from "../support/open-door.js";
import { categoricalDomain, randomTable } from "../support/tables.js";
import { seededNoise, zeroNoise } from "../support/test-noise.js";

const SIZES = [3, 20, 2, 7, 40];

interface Run {
  readonly mosaic: Mosaic;
  readonly events: readonly PrivacyEvent[];
  readonly price: number;
  readonly reserved: number;
}

interface Wishes {
  readonly epsilon?: number;
  readonly publicTotal?: number;
  readonly noise?: "none" | "seeded";
}

async function run(table: EncodedTable, { epsilon = 1, publicTotal, noise = "seeded" }: Wishes = {}): Promise<Run> {
  const { door, reserved, committed } = openDoor(table, noise === "none" ? zeroNoise() : seededNoise("mosaic"), { epsilon });
  const mosaic = await measureMosaic(door, table.domain, publicTotal);
  await door.receipt();
  const [{ price, events }] = committed;
  return { mosaic, events, price: Number(price.rhoFemto) / 1e15, reserved: Number(reserved.rhoFemto) / 1e15 };
}

const ordered = (table: EncodedTable): EncodedTable => ({
  ...table,
  domain: categoricalDomain(
    table.domain.columns.map((c) => c.size),
    table.domain.columns.map((_, c) => c % 2 === 1),
  ),
});
const ofUnits = (table: EncodedTable, maxRows: number): EncodedTable => ({
  ...table,
  domain: { ...table.domain, maxRows, unit: { kind: "person", column: "id", maxRows, source: "public" } } as unknown as Domain,
});
const queryOf = (event: PrivacyEvent): string => (event.type === "discrete-gaussian" ? event.query : event.type);
const rhoOf = (event: PrivacyEvent): number => {
  if (event.type === "discrete-gaussian") return event.l2Sensitivity ** 2 / (2 * toDouble(parse(event.sigma2) as NonNullable<ReturnType<typeof parse>>));
  if (event.type === "exponential") return toDouble(parse(event.eta) as NonNullable<ReturnType<typeof parse>>) ** 2 / 8;
  throw new Error("an event that a mosaic has not");
};

/** Events in order: rows, one-ways, then for each round picks and their tables. */
function phases(events: readonly PrivacyEvent[], d: number, counted: boolean): { count: PrivacyEvent[]; oneWays: PrivacyEvent[]; rounds: { picks: PrivacyEvent[]; tables: PrivacyEvent[] }[] } {
  const first = counted ? 1 : 0;
  const rounds: { picks: PrivacyEvent[]; tables: PrivacyEvent[] }[] = [];
  let before = "";
  for (const event of events.slice(first + d)) {
    if (event.type === "exponential" && before !== "exponential") rounds.push({ picks: [], tables: [] });
    (event.type === "exponential" ? rounds[rounds.length - 1].picks : rounds[rounds.length - 1].tables).push(event);
    before = event.type;
  }
  return { count: events.slice(0, first), oneWays: events.slice(first, first + d), rounds };
}

describe("measuring a mosaic", () => {
  test.each([0.1, 1, 10])("events are those of the proof, in its order and at its prices, ε = %d", async (epsilon) => {
    const table = ordered(randomTable(SIZES, 4000, "events"));
    const { mosaic, events, price, reserved } = await run(table, { epsilon });
    const { count, oneWays, rounds } = phases(events, SIZES.length, true);
    const sum = (list: readonly PrivacyEvent[]): number => list.reduce((s, e) => s + rhoOf(e), 0);
    expect(count.map(queryOf)).toEqual(["marginal()"]);
    expect(sum(count) / reserved).toBeCloseTo(COUNT_SHARE, 9);
    expect(oneWays.map(queryOf)).toEqual(table.domain.columns.map((c) => `marginal(${c.name})`));
    expect(sum(oneWays) / reserved).toBeCloseTo(mosaic.schedule.oneWayShare, 9);
    const rest = reserved - sum(count) - sum(oneWays);
    const toSelect = mosaic.schedule.picks < (SIZES.length * (SIZES.length - 1)) / 2 ? SELECT_SHARE : SELECT_SHARE_OF_ALL;
    for (const { picks, tables } of rounds) {
      const share = picks.length / mosaic.schedule.picks;
      expect(picks).toHaveLength(tables.length);
      expect(sum(picks) / rest).toBeLessThanOrEqual(share * toSelect);
      expect(sum(tables) / rest).toBeLessThanOrEqual(share * (1 - toSelect));
      expect(sum([...picks, ...tables]) / rest).toBeCloseTo(share, 6);
    }
    expect(rounds.map((r) => r.picks.length)).toEqual(picksByRound(mosaic.schedule.picks));
    expect(rounds.reduce((s, r) => s + r.picks.length, 0)).toBe(mosaic.schedule.picks);
    expect(events.reduce((s, e) => s + rhoOf(e), 0)).toBeLessThanOrEqual(reserved);
    expect(price).toBeLessThanOrEqual(reserved);
    expect(price).toBeGreaterThan(0.9999 * reserved);
  });

  test("one-ways share their budget by the cells that may be seen: a column of 100,000 codes does not take it all", async () => {
    const sizes = [...SIZES, 100_000];
    const { mosaic, events, reserved } = await run(randomTable(sizes, 4000, "long"), { publicTotal: 4000 });
    const oneWays = phases(events, sizes.length, false).oneWays.map(rhoOf);
    const wanted = allocate(visibleCells(sizes, reserved, 4000, 1));
    expect(wanted.at(-1)).toBeLessThan(0.5 * (allocate(sizes).at(-1) as number));
    oneWays.forEach((rho, c) => expect(rho / (reserved * mosaic.schedule.oneWayShare)).toBeCloseTo(wanted[c], 6));
  });

  test("a public number of rows is not paid for", async () => {
    const { events, mosaic, price, reserved } = await run(randomTable(SIZES, 4000, "public"), { publicTotal: 4000 });
    expect(events.map(queryOf)).not.toContain("marginal()");
    expect(mosaic.total).toBe(4000);
    expect(price).toBeGreaterThan(0.9999 * reserved);
  });

  test("k rows of a unit: every event has sensitivity k, and the price is still within the reservation", async () => {
    const { events, price, reserved } = await run(ofUnits(randomTable(SIZES, 4000, "units"), 3));
    for (const event of events) expect(event.type === "discrete-gaussian" ? event.l2Sensitivity : event.type === "exponential" ? event.sensitivity : 0).toBe(3);
    expect(price).toBeLessThanOrEqual(reserved);
    expect(price).toBeGreaterThan(0.9999 * reserved);
  });

  test("asks for declared columns only, each pair at levels of its columns' pyramids or in parts of their cells", async () => {
    const { mosaic } = await run(ordered(randomTable(SIZES, 4000, "views")));
    const pairs = mosaic.noisy.filter(({ marginal }) => marginal.clique.length === 2);
    expect(pairs.length).toBeGreaterThan(4);
    for (const { marginal, view, partition } of pairs) {
      let cells = 1;
      for (const c of marginal.clique) {
        const known = mosaic.pyramid.levels[c];
        const size = view?.[c]?.size ?? SIZES[c];
        expect(known.map((l) => l.size)).toContain(size);
        if (view?.[c] !== undefined) expect(known).toContain(view[c]);
        cells *= size;
      }
      expect(partition?.of ?? marginal.counts).toHaveLength(cells);
      if (partition !== undefined) expect(new Set(partition.of).size).toBe(marginal.counts.length);
    }
    for (const { marginal } of mosaic.noisy) expect(marginal.clique.every((c) => c < SIZES.length)).toBe(true);
  });

  test("within a round a pair is measured once", async () => {
    const { events } = await run(ordered(randomTable(SIZES, 40_000, "once")), { epsilon: 10 });
    for (const { tables } of phases(events, SIZES.length, true).rounds) {
      const pairs = tables.map((e) => queryOf(e).replace(/ in \d+ (groups|parts)/g, ""));
      expect(new Set(pairs).size).toBe(pairs.length);
    }
  });

  test("without noise: the strongest dependence is picked first, and its table is the model's", async () => {
    const sizes = [4, 4, 4, 4];
    const table = randomTable(sizes, 5000, "strong");
    // the last column copies the first; the others are drawn anew
    const codes = [0, 1, 2].map((c) => Uint8Array.from({ length: 5000 }, (_, i) => (i * (7 + 6 * c) + Math.floor(i / (11 + c))) % 4));
    const copied: EncodedTable = { ...table, codes: [...codes, Uint8Array.from(codes[0])] as unknown as EncodedTable["codes"] };
    const { mosaic } = await run(copied, { epsilon: 1, noise: "none" });
    const [first] = mosaic.noisy.filter(({ marginal }) => marginal.clique.length === 2);
    expect(first.marginal.clique).toEqual([0, 3]);
    expect(mosaic.total).toBe(5000);
    const model = mosaic.tree.inference.within([[0, 3]])[0];
    let same = 0;
    for (let g = 0; g < Math.sqrt(model.length); g += 1) same += model[g * Math.sqrt(model.length) + g];
    expect(same).toBeGreaterThan(0.97);
  });
});

/** Every call and answer of a door, in order. */
interface Heard {
  readonly asked: unknown;
  readonly answer: unknown;
}

function recorded(door: Door, heard: Heard[]): Door {
  const note = async <T>(asked: unknown, answer: Promise<T>): Promise<T> => {
    const known = await answer;
    heard.push(structuredClone({ asked, answer: known }));
    return known;
  };
  return { ...door, measure: (requests) => note(requests, door.measure(requests)), select: (request) => note(request, door.select(request)) };
}

/** A door without a table behind it: it repeats what another one said, if it is asked the same. */
function echo(door: Door, heard: readonly Heard[], left: readonly ReturnType<Door["left"]>[]): Door {
  let [next, looked] = [0, 0];
  const say = async (asked: unknown): Promise<never> => {
    expect(asked).toEqual(heard[next].asked);
    return structuredClone(heard[next++].answer) as never;
  };
  return { account: door.account, maxRows: door.maxRows, measure: say, select: say, left: () => left[looked++], receipt: door.receipt };
}

describe("what a mosaic asks follows from what it was told", () => {
  test.each([
    ["many rows", SIZES, 4000, 1],
    ["ten rows", SIZES, 10, 1],
    ["binary", new Array(8).fill(2), 1000, 10],
  ] as const)("asks the same, and fits the same, where answers alone are repeated and no table is there: %s", async (_, sizes, rows, epsilon) => {
    const table = ordered(randomTable(sizes, rows, "echo"));
    const { door } = openDoor(table, seededNoise("echo"), { epsilon });
    const heard: Heard[] = [];
    const left: ReturnType<Door["left"]>[] = [];
    const listening: Door = {
      ...recorded(door, heard),
      left: () => {
        left.push(door.left());
        return left[left.length - 1];
      },
    };
    const first = await fitMosaic(listening, table.domain, undefined);
    expect(heard.length).toBeGreaterThan(1);
    const second = await fitMosaic(echo(door, heard, left), table.domain, undefined);
    expect(body(table, second)).toEqual(body(table, first));
  });
});

const EDGES: Record<string, { sizes: number[]; rows: number; ordered?: boolean }> = {
  "one column": { sizes: [12], rows: 500 },
  "two columns": { sizes: [12, 5], rows: 500 },
  "two binary columns": { sizes: [2, 2], rows: 500 },
  "three columns": { sizes: [4, 9, 3], rows: 500 },
  "a column with one value": { sizes: [1, 6, 4], rows: 500 },
  "one value everywhere": { sizes: [1, 1, 1], rows: 500 },
  "100,000 values in one column": { sizes: [100_000, 4, 3], rows: 2000 },
  "100,000 ordered values": { sizes: [3, 100_000, 4], rows: 2000, ordered: true },
  "no rows": { sizes: SIZES, rows: 0 },
  "one row": { sizes: SIZES, rows: 1 },
  "ten rows": { sizes: SIZES, rows: 10 },
  "all binary": { sizes: new Array(16).fill(2), rows: 3000 },
};

/** Columns repeat each other: everything depends on everything. */
function duplicates(rows: number): EncodedTable {
  const table = randomTable([9, 9, 9, 9, 9], rows, "duplicates");
  return { ...table, codes: table.codes.map(() => table.codes[0]) };
}

const body = (table: EncodedTable, fitted: Awaited<ReturnType<typeof fitMosaic>>, publicTotal?: number): ModelFile => modelOf(table.domain, fitted, "mosaic", publicTotal) as ModelFile;

describe("hard tables, from fit to rows", () => {
  const cases = [
    ...Object.entries(EDGES).map(([name, { sizes, rows, ordered: o }]) => [name, o ? ordered(randomTable(sizes, rows, name)) : randomTable(sizes, rows, name)] as const),
    ["duplicate columns", duplicates(2000)] as const,
  ];
  for (const epsilon of [0.001, 1, 1000]) {
    for (const totalIsPublic of epsilon === 1 ? [false, true] : [false]) {
      test.each(cases)(`%s, ε = ${epsilon}${totalIsPublic ? ", rows public" : ""}`, async (_, table) => {
        const { door, reserved, committed } = openDoor(table, seededNoise("hard"), { epsilon });
        const publicTotal = totalIsPublic ? table.rows : undefined;
        const fitted = await fitMosaic(door, table.domain, publicTotal);
        await door.receipt();
        expect(BigInt(committed[0].price.rhoFemto) <= BigInt(reserved.rhoFemto)).toBe(true);
        expect(Number.isFinite(fitted.total)).toBe(true);
        const model = body(table, fitted, publicTotal);
        checkModel(model, "model");
        expect(model.cliques.every(({ weights }) => weights.every((w) => Number.isInteger(w) && w >= 0))).toBe(true);
        expect((model.targets ?? []).every(({ weights }) => weights.every((w) => Number.isInteger(w) && w >= 0))).toBe(true);
        const sizes = table.domain.columns.map((c) => c.size);
        const rows = sampler(
          model,
          table.domain.columns.map((c) => c.name),
          sizes,
          "hard",
        ).next(300);
        rows.forEach((codes, c) => expect(codes.every((code) => code < sizes[c])).toBe(true));
      });
    }
  }

  test.each(cases)("%s: nearly all of the budget is spent, but for pairs that no table of so few rows could show", async (_, table) => {
    const { mosaic, price, reserved } = await run(table, { epsilon: table.rows > 1 ? 10 : 1 });
    if (table.rows > 1) expect(price / reserved).toBeGreaterThan(0.999);
    else expect(price / reserved).toBeCloseTo(COUNT_SHARE + mosaic.schedule.oneWayShare, 9);
  });

  test("duplicate columns come out as copies", async () => {
    const table = duplicates(20_000);
    const { door } = openDoor(table, seededNoise("copies"), { epsilon: 10 });
    const model = body(table, await fitMosaic(door, table.domain, undefined));
    const [a, ...others] = sampler(
      model,
      table.domain.columns.map((c) => c.name),
      [9, 9, 9, 9, 9],
      "copies",
    ).next(20_000);
    for (const b of others) expect(Array.from(a, (code, i) => Number(code === b[i])).reduce((s, v) => s + v, 0)).toBeGreaterThan(0.97 * 20_000);
  });
});
